package icons

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"testing"
)

// The committed files are what Draw makes; "go generate" was not forgotten.
func TestFilesAreCurrent(t *testing.T) {
	for _, shape := range Shapes() {
		for _, silenced := range []bool{false, true} {
			name := Name(shape, silenced)
			same(t, name+"-32.png", Draw(shape, silenced, 32, Coloured))
			same(t, name+"-64.png", Draw(shape, silenced, 64, Coloured))
			same(t, name+"-template.png", Draw(shape, silenced, 32, Template))
			checkICO(t, shape, silenced)
		}
	}
	for _, shape := range []Shape{OK, Warning, Critical} {
		same(t, "../../notification/icons/"+string(shape)+".png", Draw(shape, false, 64, Coloured))
	}
}

func same(t *testing.T, path string, want image.Image) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if d := difference(got, want); d > 0.02 { // another CPU may round otherwise
		t.Errorf("%s differs by %.2f from Draw: run go generate ./internal/desktop/tray/icons", path, d)
	}
}

// difference is the largest difference of any channel, 0 to 1.
func difference(a, b image.Image) float64 {
	if a.Bounds() != b.Bounds() {
		return 1
	}
	var most float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r0, g0, b0, a0 := a.At(x, y).RGBA()
			r1, g1, b1, a1 := b.At(x, y).RGBA()
			for _, d := range []float64{float64(r0) - float64(r1), float64(g0) - float64(g1), float64(b0) - float64(b1), float64(a0) - float64(a1)} {
				most = max(most, math.Abs(d)/0xffff)
			}
		}
	}
	return most
}

func checkICO(t *testing.T, shape Shape, silenced bool) {
	t.Helper()
	b, err := os.ReadFile(Name(shape, silenced) + ".ico")
	if err != nil {
		t.Fatal(err)
	}
	if binary.LittleEndian.Uint16(b[2:]) != 1 {
		t.Fatalf("%s.ico is no icon", Name(shape, silenced))
	}
	for i := range int(binary.LittleEndian.Uint16(b[4:])) {
		entry := b[6+16*i:]
		length, offset := binary.LittleEndian.Uint32(entry[8:]), binary.LittleEndian.Uint32(entry[12:])
		img, err := png.Decode(bytes.NewReader(b[offset:][:length]))
		if err != nil {
			t.Fatal(err)
		}
		if side := img.Bounds().Dx(); side != int(entry[0]) || difference(img, Draw(shape, silenced, side, Coloured)) > 0.02 {
			t.Errorf("%s.ico: the picture of %d pixels is not current", Name(shape, silenced), side)
		}
	}
}

// The shapes must be told apart without colour: at panel size, the outlines of
// any two differ in at least a tenth of the picture.
func TestOutlinesDiffer(t *testing.T) {
	const size = 22
	outline := func(s Shape) (covered [size * size]bool) {
		img := Draw(s, false, size, Template)
		for i := range covered {
			covered[i] = img.Pix[4*i+3] > 0x7f
		}
		return covered
	}
	for i, a := range Shapes() {
		for _, b := range Shapes()[:i] {
			x, y := outline(a), outline(b)
			differ := 0
			for p := range x {
				if x[p] != y[p] {
					differ++
				}
			}
			if differ < size*size/10 {
				t.Errorf("%s and %s differ in %d of %d pixels only", a, b, differ, size*size)
			}
		}
	}
}

// Seen on white and on black, every shape keeps a contrast of 2:1 at least.
func TestContrast(t *testing.T) {
	for name, c := range map[string]color.NRGBA{"green": green, "red": red, "grey": grey, "blue": blue} {
		onWhite, onBlack := 1.05/(luminance(c)+0.05), (luminance(c)+0.05)/0.05
		if onWhite < 2 || onBlack < 2 {
			t.Errorf("%s: %.1f on white, %.1f on black", name, onWhite, onBlack)
		}
	}
	// Amber is too light for white by itself; its rim and its mark carry it.
	if c := (luminance(amber) + 0.05) / (luminance(ink) + 0.05); c < 7 {
		t.Errorf("amber and its mark: %.1f", c)
	}
}

// luminance is WCAG's.
func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func TestFor(t *testing.T) {
	seen := map[string]string{}
	for _, shape := range Shapes() {
		for _, silenced := range []bool{false, true} {
			b := For(shape, silenced)
			if twin, ok := seen[string(b)]; ok {
				t.Errorf("%s is the same picture as %s", Name(shape, silenced), twin)
			}
			seen[string(b)] = Name(shape, silenced)
		}
	}
}
