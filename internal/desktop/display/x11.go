//go:build unix && !darwin

package display

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cookie is what an X server knows its users by.
type cookie struct{ protocol, data string }

// Families of addresses in a file of cookies.
const (
	familyLocal = 256
	familyWild  = 65535
)

// cookieFile is the largest file of cookies that is read, in bytes.
const cookieFile = 1 << 20

// cookies lists those that may fit a display, the likeliest first.
func cookies(a address) []cookie {
	path := os.Getenv("XAUTHORITY")
	if path == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil
		}
		path = filepath.Join(home, ".Xauthority")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	host, _ := os.Hostname()
	var likely, perhaps []cookie
	r := io.LimitReader(f, cookieFile)
	for {
		e, err := readEntry(r)
		if err != nil {
			break
		}
		c := cookie{e.protocol, e.data}
		switch {
		case e.number != "" && e.number != a.number:
		case e.family == familyWild, e.family == familyLocal && a.local() && e.host == host:
			likely = append(likely, c)
		default:
			perhaps = append(perhaps, c)
		}
	}
	all := append(likely, perhaps...)
	return slices.Compact(all[:min(len(all), 8)])
}

// entry is one line of a file of cookies.
type entry struct {
	family                       uint16
	host, number, protocol, data string
}

func readEntry(r io.Reader) (e entry, err error) {
	if err := binary.Read(r, binary.BigEndian, &e.family); err != nil {
		return e, err
	}
	for _, into := range []*string{&e.host, &e.number, &e.protocol, &e.data} {
		var n uint16
		if err := binary.Read(r, binary.BigEndian, &n); err != nil {
			return e, err
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(r, b); err != nil {
			return e, err
		}
		*into = string(b)
	}
	return e, nil
}

// setUp asks an X server to be let in.
func setUp(conn io.ReadWriter, c cookie) error {
	b := []byte{'l', 0, 11, 0, 0, 0} // least significant byte first, X11.0
	b = binary.LittleEndian.AppendUint16(b, uint16(len(c.protocol)))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(c.data)))
	b = append(b, 0, 0)
	b = append(b, padded(c.protocol)...)
	b = append(b, padded(c.data)...)
	if _, err := conn.Write(b); err != nil {
		return fmt.Errorf("closed the connection (%w)", err)
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(conn, head); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return errors.New("accepts connections and does not answer")
		}
		return fmt.Errorf("closed the connection (%w)", err)
	}
	switch head[0] {
	case 1:
		return nil
	case 0:
		why := make([]byte, head[1])
		_, _ = io.ReadFull(conn, why)
		return fmt.Errorf("does not let us in (%s)", strings.TrimSpace(strings.ToValidUTF8(string(why), "?")))
	}
	return errors.New("does not let us in (it wants an authentication that is not known)")
}

func padded(s string) []byte { return append([]byte(s), make([]byte, (4-len(s)%4)%4)...) }
