package notification

import (
	"embed"

	"gatewatch/internal/core/event"
)

// pictures are written by "go generate ./internal/desktop/tray/icons".
//
//go:embed icons/*.png
var pictures embed.FS

// picture is the PNG that stands for a severity; never nil.
func picture(s event.Severity) []byte {
	name := "ok"
	switch s {
	case event.SeverityCritical:
		name = "critical"
	case event.SeverityWarning:
		name = "warning"
	case event.SeverityInfo:
	}
	b, err := pictures.ReadFile("icons/" + name + ".png")
	if err != nil {
		panic(err) // embedded
	}
	return b
}
