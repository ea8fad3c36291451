package icons

import "embed"

//go:embed *.ico
var files embed.FS

const suffix = ".ico"
