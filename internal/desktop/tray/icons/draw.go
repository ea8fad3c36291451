// Package icons holds the pictures of the tray and of notifications: five shapes
// that differ in outline, not only in colour, each also with a "silenced" badge.
// Draw makes them; the files beside it are its output, written by
// "go generate", and For gives the one that this system's tray wants.
//
// The package has no state.
package icons

import (
	"image"
	"image/color"
	"math"
)

//go:generate go run ./gen

// Shape is an outline with a meaning.
type Shape string

// The shapes.
const (
	OK       Shape = "ok"       // ○ a ring
	Warning  Shape = "warning"  // △ a triangle with an exclamation mark
	Critical Shape = "critical" // ⬣ a hexagon with an exclamation mark
	Offline  Shape = "offline"  // ⊘ a ring that is crossed out
	Stale    Shape = "stale"    // ◌ a ring of dots
	Unsure   Shape = "unsure"   // a question mark in a ring
)

// Shapes lists every shape.
func Shapes() []Shape { return []Shape{OK, Warning, Critical, Offline, Stale, Unsure} }

// Style says for what ground a picture is drawn.
type Style int

// The styles.
const (
	// Coloured pictures have a thin dark rim, so that they stand out from both
	// a light and a dark panel.
	Coloured Style = iota
	// Template pictures are black with holes: macOS colours them itself.
	Template
)

// Colours of middle brightness: readable on white and on black.
var (
	green = color.NRGBA{0x2f, 0xb3, 0x6a, 0xff}
	amber = color.NRGBA{0xf8, 0xb0, 0x1e, 0xff}
	red   = color.NRGBA{0xe0, 0x35, 0x3f, 0xff}
	grey  = color.NRGBA{0x93, 0x9d, 0xac, 0xff}
	blue  = color.NRGBA{0x7d, 0x98, 0xc4, 0xff}
	ink   = color.NRGBA{0x2a, 0x20, 0x04, 0xff}
	white = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	rim   = color.NRGBA{0x10, 0x14, 0x1a, 0x78}
	badge = color.NRGBA{0x2b, 0x33, 0x40, 0xff}
)

// rimWidth is the rim's width; the picture is 2 wide.
const rimWidth = 0.055

// distance gives how far a point is outside of a figure (negative inside). The
// picture spans -1 to 1 on both axes, y downward.
type distance func(x, y float64) float64

// layer is one figure laid over what is below it, or cut out of it.
type layer struct {
	figure distance
	colour color.NRGBA
	hole   bool // cut out instead
}

// Draw makes the picture of shape, size pixels wide and high, with smooth
// edges. With silenced it carries two bars in its lower right corner. It panics
// at a shape that is not in Shapes.
func Draw(shape Shape, silenced bool, size int, style Style) *image.NRGBA {
	layers := figures(shape, style)
	if silenced {
		layers = append(layers, silenceBadge(style)...)
	}
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	perPixel := 2 / float64(size)
	for py := range size {
		for px := range size {
			x := (float64(px)+0.5)*perPixel - 1
			y := (float64(py)+0.5)*perPixel - 1
			img.SetNRGBA(px, py, blend(layers, x, y, perPixel, style))
		}
	}
	return img
}

// figures lists the layers of a shape, undermost first.
func figures(shape Shape, style Style) []layer {
	var body distance
	var fill color.NRGBA
	var over []layer
	switch shape {
	case OK:
		body, fill = ring(0.62, 0.19), green
	case Warning:
		body, fill = polygon(0.16, 0, -0.70, 0.76, 0.60, -0.76, 0.60), amber
		over = exclamation(ink, 0.09, style)
	case Critical:
		body, fill = hexagon(0.90, 0.10), red
		over = exclamation(white, 0, style)
	case Offline:
		body = union(ring(0.66, 0.14), segment(-0.46, 0.46, 0.46, -0.46, 0.14))
		fill = grey
	case Stale:
		body, fill = dots(8, 0.68, 0.17), blue
	case Unsure:
		body, fill = union(ring(0.76, 0.12), question()), blue
	default:
		panic("icons: unknown shape " + string(shape))
	}
	if style == Template {
		return append([]layer{{figure: body, colour: color.NRGBA{A: 0xff}}}, over...)
	}
	return append([]layer{
		{figure: grown(body, rimWidth), colour: rim},
		{figure: body, colour: fill},
	}, over...)
}

// question is a question mark.
func question() distance {
	const half = 0.095
	return union(
		segment(-0.24, -0.20, -0.14, -0.36, half), segment(-0.14, -0.36, 0.12, -0.38, half),
		segment(0.12, -0.38, 0.24, -0.22, half), segment(0.24, -0.22, 0.02, 0.02, half),
		segment(0.02, 0.02, 0, 0.12, half), disc(0, 0.40, 0.115),
	)
}

// exclamation is an exclamation mark, lower by down.
func exclamation(ink color.NRGBA, down float64, style Style) []layer {
	mark := union(segment(0, -0.36+down, 0, 0.08+down, 0.12), disc(0, 0.40+down, 0.135))
	return []layer{{figure: mark, colour: ink, hole: style == Template}}
}

// silenceBadge is a disc with two bars, set off from the shape by a gap.
func silenceBadge(style Style) []layer {
	const x, y, r = 0.55, 0.55, 0.43
	bars := union(segment(x-0.14, y-0.15, x-0.14, y+0.15, 0.075), segment(x+0.14, y-0.15, x+0.14, y+0.15, 0.075))
	return []layer{
		{figure: disc(x, y, r+0.10), hole: true},
		{figure: disc(x, y, r), colour: pick(style == Template, color.NRGBA{A: 0xff}, badge)},
		{figure: bars, colour: white, hole: style == Template},
	}
}

func pick(first bool, a, b color.NRGBA) color.NRGBA {
	if first {
		return a
	}
	return b
}

// blend lays the layers over each other at one pixel's middle; an edge within
// half a pixel covers it in part.
func blend(layers []layer, x, y, perPixel float64, style Style) color.NRGBA {
	var r, g, b, a float64 // r, g, b are multiplied by a
	for _, l := range layers {
		cover := min(1, max(0, 0.5-l.figure(x, y)/perPixel))
		if l.hole {
			r, g, b, a = r*(1-cover), g*(1-cover), b*(1-cover), a*(1-cover)
			continue
		}
		top := cover * float64(l.colour.A) / 0xff
		r = float64(l.colour.R)*top + r*(1-top)
		g = float64(l.colour.G)*top + g*(1-top)
		b = float64(l.colour.B)*top + b*(1-top)
		a = top + a*(1-top)
	}
	if a == 0 || style == Template {
		return color.NRGBA{A: uint8(math.Round(a * 0xff))}
	}
	part := func(v float64) uint8 { return uint8(math.Round(min(0xff, v/a))) }
	return color.NRGBA{part(r), part(g), part(b), uint8(math.Round(a * 0xff))}
}

// Name is the beginning of the names of a picture's files.
func Name(shape Shape, silenced bool) string {
	if silenced {
		return string(shape) + "-muted"
	}
	return string(shape)
}

// For gives the file that this system's tray shows: a PNG, on Windows an ICO,
// on macOS a template PNG. It panics at a shape that is not in Shapes.
func For(shape Shape, silenced bool) []byte {
	b, err := files.ReadFile(Name(shape, silenced) + suffix)
	if err != nil {
		panic(err) // embedded: only an unknown shape is not there
	}
	return b
}
