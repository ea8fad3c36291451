package run

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/film"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/store/config"
	"gatewatch/internal/tools/demo"
	"gatewatch/internal/tools/replay"
)

// filmed is a gateway on which all that pages show changes, for ten minutes:
// enough for a reel that is full of lines and one after it.
const filmed = `dialect contract
have provider 1 openai latency=400
have provider 2 anthropic latency=700
have key 5 billing limit=50 spent=30
have key 6 search limit=500 spent=100
wait client spend
2s spend billing to=78%
20s provider openai unhealthy "503 Service Unavailable"
30s spend billing to=92%
100s provider openai healthy
200s spend billing to=95%
`

// TestReplayShowsWhatWasShown: at any moment, a replay shows what was shown
// then: the digest of the picture is that of the state that was live, also when
// moments are asked for forwards, backwards and in leaps; and of a time when
// nothing ran it shows nothing and says so.
func TestReplayShowsWhatWasShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script, err := demo.Parse("filmed", filmed)
		if err != nil {
			t.Fatal(err)
		}
		network := replay.NewNetwork(func(string) bool { return false })
		g, err := demo.Serve(t.Context(), demo.Options{
			Script: script, Listen: replay.CoreURL[7:], Open: func(address string) (net.Listener, error) { return network.Listen(address), nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		paths := config.PathsIn(t.TempDir())
		was := map[time.Time]string{}
		began := time.Now()
		watchFilmed(t, paths, network, g.VirtualKey(), was, 12*time.Minute)
		stopped := time.Now()
		time.Sleep(20 * time.Minute) // nobody watches
		a := watchFilmed(t, paths, network, g.VirtualKey(), was, 3*time.Minute)
		r, err := a.Replay()
		if err != nil {
			t.Fatal(err)
		}
		if len(was) < 15 {
			t.Fatalf("%d moments to compare", len(was))
		}
		have := int64(0)
		shown := state.Delta{}
		for at, digest := range was { // in any order
			m, err := r.At(t.Context(), at, have)
			if err != nil {
				t.Fatal(err)
			}
			have = m.N
			if got := digestOf(t, r.shown.Since(nil)); got != digest || !m.Known {
				t.Errorf("%v after the beginning, known %v as of %v: another picture", at.Sub(began), m.Known, m.At.Sub(began))
			}
			if m.Whole {
				shown = state.Delta{}
			}
			delta, err := film.Delta(m.Changed)
			if err != nil {
				t.Fatal(err)
			}
			shown.Merge(delta)
		}
		if len(shown.Keys) != 2 || len(shown.Providers) != 2 || len(shown.Alerts) == 0 {
			t.Errorf("what was told of changes has %d keys, %d providers, %d alerts", len(shown.Keys), len(shown.Providers), len(shown.Alerts))
		}
		m, err := r.At(t.Context(), stopped.Add(10*time.Minute), have)
		if err != nil || m.Known || stopped.Sub(m.Before).Abs() > filmHolds || m.After.Sub(stopped) < 19*time.Minute {
			t.Errorf("while nobody watched: known %v, before %v, after %v, %v", m.Known, m.Before, m.After, err)
		}
		var gone map[string]map[string]json.RawMessage
		if err := json.Unmarshal(m.Changed, &gone); err != nil || string(gone["keys"]["the/5"]) != "null" {
			t.Errorf("what is not known any more: %s, %v", gone["keys"]["the/5"], err)
		}
		if m, err := r.At(t.Context(), began.Add(-time.Hour), m.N); err != nil || m.Known || m.After.Before(began) || !m.Before.IsZero() {
			t.Errorf("before the first run: %+v, %v", m, err)
		}
		if err := a.stack.Unwind(context.Background()); err != nil {
			t.Error(err)
		}
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
}

// digest is that of what is shown now.
func (a *audience) digest(t *testing.T) string {
	t.Helper()
	synctest.Wait()
	snap, err := a.engine.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	live, err := json.Marshal(snap.Live)
	if err != nil {
		t.Fatal(err)
	}
	return digestOf(t, live)
}

// digestOf is the same of all that shows the same, as JSON by topic and id.
func digestOf(t *testing.T, live []byte) string {
	t.Helper()
	var topics map[string]map[string]json.RawMessage
	if err := json.Unmarshal(live, &topics); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(topics, func(_ string, entries map[string]json.RawMessage) bool { return len(entries) == 0 })
	sorted, err := json.Marshal(topics)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(sorted))
}

// watchFilmed watches for a while, notes now and then what is shown, and ends;
// the last one is left running.
func watchFilmed(t *testing.T, paths config.Paths, network *replay.Network, key string, was map[time.Time]string, long time.Duration) *audience {
	t.Helper()
	a := seat(t, func(o *Options) { o.Paths = paths })
	a.listGateway(t.Context(), config.Profile{ID: the, Label: "prod", Connect: true, CoreURL: replay.CoreURL})
	conf := gateway.Config{
		ID: the, CoreURL: replay.CoreURL, VirtualKeys: []gateway.Key{{ID: "5", Secret: secret.New(key)}},
		Jitter: func() float64 { return 0.5 }, Log: a.log,
	}
	conf.Network.Proxy, conf.Network.Dial = "direct", network.Dial
	if err := a.gateways.start(conf); err != nil {
		t.Fatal(err)
	}
	source := &event.Source{Gateway: the, Via: event.ViaHub, Name: "spend"}
	time.Sleep(5 * time.Second) // keys have names: a snapshot has them in old lines, too, which no frame tells anew
	for end, n := time.Now().Add(long), 0; time.Now().Before(end); n++ {
		burst := 20
		if n == 2 {
			burst = 250 // a list overflows within a piece, too
		}
		for i := range burst {
			spend := event.SpendRecorded{Key: event.KeyID([]string{"5", "6"}[i%2]), Amount: event.NanoUSD(i + 1), Model: "gpt-4o", At: time.Now()}
			if err := a.engine.PublishOne(t.Context(), event.Envelope{At: time.Now(), Source: source, Body: &spend}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(17*time.Second + time.Duration(n%7)*211*time.Millisecond)
		digest := a.digest(t)
		time.Sleep(2*filmStep + time.Second) // what was shown is kept by then, if nothing else was meanwhile
		if a.digest(t) == digest {
			was[time.Now()] = digest
		}
	}
	if long > 10*time.Minute {
		if err := a.stack.Unwind(context.Background()); err != nil {
			t.Error(err)
		}
		return nil
	}
	if err := a.db.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}
