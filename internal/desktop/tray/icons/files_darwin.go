package icons

import "embed"

//go:embed *-template.png
var files embed.FS

const suffix = "-template.png"
