// Command gen writes the pictures of package icons, and those of package
// desktop, into their folders. Run it with "go generate ./internal/desktop/tray/icons".
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"gatewatch/internal/desktop/tray/icons"
)

// noticeFolder is package desktop's, seen from package icons'.
const noticeFolder = "../../notification/icons"

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func write() error {
	for _, shape := range icons.Shapes() {
		for _, silenced := range []bool{false, true} {
			if err := tray(shape, silenced); err != nil {
				return err
			}
		}
	}
	for _, shape := range []icons.Shape{icons.OK, icons.Warning, icons.Critical} {
		path := filepath.Join(noticeFolder, string(shape)+".png")
		if err := writePNG(path, icons.Draw(shape, false, 64, icons.Coloured)); err != nil {
			return err
		}
	}
	return nil
}

// tray writes the files of one tray icon.
func tray(shape icons.Shape, silenced bool) error {
	name := icons.Name(shape, silenced)
	for suffix, picture := range map[string]image.Image{
		"-32.png":       icons.Draw(shape, silenced, 32, icons.Coloured),
		"-64.png":       icons.Draw(shape, silenced, 64, icons.Coloured),
		"-template.png": icons.Draw(shape, silenced, 32, icons.Template),
	} {
		if err := writePNG(name+suffix, picture); err != nil {
			return err
		}
	}
	var sizes []image.Image
	for _, size := range []int{16, 20, 24, 32, 48} { // 100, 125, 150, 200, 300 %
		sizes = append(sizes, icons.Draw(shape, silenced, size, icons.Coloured))
	}
	ico, err := icons.ICO(sizes...)
	if err != nil {
		return err
	}
	return os.WriteFile(name+".ico", ico, 0o644)
}

func writePNG(path string, picture image.Image) error {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, picture); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
