package run

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/tools/replay"
)

// asker counts the requests that bring a key along.
type asker struct {
	net.Conn
	key   []byte
	times *atomic.Int64
}

// Write implements net.Conn.
func (a asker) Write(p []byte) (int, error) {
	a.times.Add(int64(bytes.Count(p, a.key)))
	return a.Conn.Write(p)
}

// TestARefusedKeyIsTriedOnce: with the addresses of Core and Admin swapped, every
// hub would knock with a wrong key, and the gateway would ban the address. Each
// key is tried once, whoever asks; and what is refused is tried once more when
// a person asks for it, or after five minutes.
func TestARefusedKeyIsTriedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := openTown(t, office+traffic)
		a := seat(t)
		wrong := w.keys()[0]
		var times atomic.Int64
		count := func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := w.dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return asker{c, []byte(wrong.Secret.Reveal()), &times}, nil
		}
		links := func() map[string]state.Link {
			snap, err := a.engine.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return snap.Live.Links
		}
		conf := gateway.Config{
			ID: the, CoreURL: replay.AdminURL, VirtualKeys: []gateway.Key{wrong},
			Network: hub.NetworkOptions{Proxy: "direct", Dial: count},
			Jitter:  func() float64 { return 0.5 }, Log: a.log,
		}
		if err := a.gateways.start(conf); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		connect := func() {
			g, err := a.gateways.get(the)
			if err != nil {
				t.Fatal(err)
			}
			g.Connect()
		}
		connect() // as the form does after Save
		time.Sleep(2 * time.Minute)
		if n := times.Load(); n != 1 {
			t.Errorf("the gateway was asked %d times with a key that it refuses", n)
		}
		said := 0
		for _, l := range links() {
			if l.Cause == text.CauseKeyRefusedByAdmin {
				said++
			}
		}
		if want := len(gateway.Hubs()) - 2; said != want {
			t.Errorf("%d of %d hubs say that the addresses may be swapped", said, want)
		}
		connect()
		time.Sleep(time.Minute)
		if n := times.Load(); n != 2 {
			t.Errorf("asked %d times, once of it by hand", n)
		}
		conf.CoreURL, conf.AdminURL, conf.MasterKey = replay.CoreURL, replay.AdminURL, secret.New(replay.MasterKey)
		if err := a.gateways.start(conf); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if l := links()[string(the)+"/admin-notifications"]; l.State != string(event.LinkConnected) {
			t.Errorf("with the right addresses: %s: %s", l.State, l.Cause)
		}
		w.do("ban 30m", "admin-notifications drop")
		time.Sleep(10 * time.Second)
		if l := links()[string(the)+"/admin-notifications"]; !strings.Contains(l.Cause, "our own key was refused here") {
			t.Errorf("a ban after our own wrong key: %q", l.Cause)
		}
		if err := a.stack.Unwind(context.Background()); err != nil {
			t.Error(err)
		}
		if err := w.gate.Close(); err != nil {
			t.Error(err)
		}
	})
}
