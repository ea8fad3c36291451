package icons

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
)

// ICO packs pictures, at most 256 pixels wide, into one Windows icon file; its
// entries are PNGs, which Windows reads since Vista.
func ICO(pictures ...image.Image) ([]byte, error) {
	const headerSize, entrySize = 6, 16
	var head, body bytes.Buffer
	head.Write([]byte{0, 0, 1, 0, byte(len(pictures)), 0})
	for _, p := range pictures {
		start := body.Len()
		if err := png.Encode(&body, p); err != nil {
			return nil, err
		}
		offset := headerSize + entrySize*len(pictures) + start
		side := byte(p.Bounds().Dx()) // 256 is written as 0
		head.Write([]byte{side, side, 0, 0, 1, 0, 32, 0})
		head.Write(binary.LittleEndian.AppendUint32(nil, uint32(body.Len()-start)))
		head.Write(binary.LittleEndian.AppendUint32(nil, uint32(offset)))
	}
	head.Write(body.Bytes())
	return head.Bytes(), nil
}
