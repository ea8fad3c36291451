package rest

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"

	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/wire"
)

// TestALookAtTheLists counts what a recorded gateway has, list by list.
func TestALookAtTheLists(t *testing.T) {
	for gateway, kind := range map[string]wire.Dialect{"head": wire.DialectAugust, "july": wire.DialectJuly} {
		g := newGate(t, gateway)
		c, err := NewClient(ClientOptions{Base: "http://admin:5002", Key: secret.New(masterKey), HTTP: &http.Client{Transport: g}})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := DetectDialect(t.Context(), c); err != nil || got != kind {
			t.Errorf("%s: it is %v, %v", gateway, got, err)
		}
		if ok, err := DatabaseHealthy(t.Context(), c); err != nil || !ok {
			t.Errorf("%s: healthy %v, %v", gateway, ok, err)
		}
		for _, l := range Lists(kind) {
			if every := PollInterval(kind, l.Source); (every > 0) != (l.Source != "") {
				t.Errorf("%s: %s is read every %v", gateway, l.Name, every)
			}
			if n, err := l.Read(t.Context(), c); err != nil || n == 0 && l.Name != "notifications" { // recorded without any
				t.Errorf("%s: %s: %d rows, %v", gateway, l.Name, n, err)
			}
		}
		g.failing(func(*http.Request) (int, string) { return 200, `"<html>"` })
		for _, l := range Lists(kind) {
			if _, err := l.Read(t.Context(), c); !errors.Is(err, ErrUnreadable) {
				t.Errorf("%s: a text is %v", l.Name, err)
			}
		}
	}
	if l := Lists(wire.DialectUnknown); len(l) != 0 {
		t.Errorf("an unknown gateway has %v", l)
	}
}

func TestOneTry(t *testing.T) {
	var asked atomic.Int32
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { asked.Add(1); w.WriteHeader(500) })
	c.opts.Tries = 1
	if _, err := c.Get(t.Context(), "/api/x"); err == nil || asked.Load() != 1 {
		t.Errorf("asked %d times, %v", asked.Load(), err)
	}
}
