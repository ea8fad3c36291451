//go:build !windows && !darwin

package icons

import "embed"

//go:embed *-64.png
var files embed.FS

// suffix: panels scale one picture to what they need, so a large one is sent.
const suffix = "-64.png"
