//go:build unix && !darwin

package notification

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/godbus/dbus/v5"
)

// left is what a run leaves of what it shows, for the case that it is killed: the
// next one takes it off the screen, as nobody else would. Numbers mean something
// to the same service on the same bus only.
type left struct {
	Bus     string   `json:"bus"`
	Service string   `json:"service"` // its own name on the bus
	Numbers []uint32 `json:"numbers"`
}

// leave writes down what is on the screen. Called with mu held.
func (s *dbusSender) leave() {
	if s.o.Left == "" || s.service == nil {
		return
	}
	l := left{Bus: s.service.bus, Service: s.service.owner}
	for _, b := range s.onScreen.all {
		l.Numbers = append(l.Numbers, b.number)
	}
	if err := writeLeft(s.o.Left, l); err != nil {
		s.o.Log.Debug("what is on the screen is not written down", "err", err)
	}
}

func writeLeft(path string, l left) error {
	if len(l.Numbers) == 0 {
		if err := os.Remove(path); !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// takeBack takes off the screen what an earlier run left there, once. Called with
// mu held, with the service known and nothing shown yet.
func (s *dbusSender) takeBack(ctx context.Context) {
	if s.o.Left == "" || s.tookBack {
		return
	}
	s.tookBack = true
	text, err := os.ReadFile(s.o.Left)
	if err != nil {
		return // nothing was left
	}
	var l left
	if json.Unmarshal(text, &l) == nil && l.Bus == s.service.bus && l.Service == s.service.owner {
		service := s.service
		for _, n := range l.Numbers[:min(len(l.Numbers), maxShown)] {
			if s.service != service || s.close(ctx, n) != nil {
				return // it is tried again by the next run
			}
		}
	}
	_ = os.Remove(s.o.Left)
}

// busID tells one bus from another: names on it begin anew with each.
func busID(ctx context.Context, bus *dbus.Conn) (id string) {
	if bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetId", 0).Store(&id) != nil {
		return ""
	}
	return id
}
