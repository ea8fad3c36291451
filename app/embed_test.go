package app

import "embed"

func embedded() embed.FS { return embed.FS{} }
