package doctor

import (
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/gateway"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/tools/replay"
)

// lookRecorded asks the doctor so long after the beginning of a live recording.
// Hubs drop newcomers from drop.From to drop.To.
func lookRecorded(t *testing.T, name string, at time.Duration, drop replay.Outage) (r Report) {
	dir := replay.LiveFolder()
	if dir == "" {
		t.Skip("no live recordings: shared/fixtures/gateway-7c3fd76a/live is not found upward")
	}
	rec, err := replay.LoadLive(dir, name)
	if err != nil {
		t.Fatal(err)
	}
	books, err := replay.LoadLive(dir, "books")
	if err != nil {
		t.Fatal(err)
	}
	all, err := replay.Load(replay.Head)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(rec.Start))
		st := replay.OpenLive(t, rec, books, all[0].Rest, 0)
		st.DropNew(drop)
		time.Sleep(time.Until(st.At(at.Milliseconds())))
		r = Run(t.Context(), Options{Machine: healthy(t), Gateways: []Gateway{{Label: "prod", Config: gateway.Config{
			CoreURL: replay.CoreURL, AdminURL: replay.AdminURL,
			VirtualKeys: []gateway.Key{{ID: "1", Secret: secret.New(virtualKey)}}, MasterKey: secret.New(replay.MasterKey),
			Network: hub.NetworkOptions{Dial: st.Net.Dial, Proxy: "direct"},
		}}}})
	})
	return r
}

// TestTheDatabaseIsNamed is what was seen: with the database down the doctor
// blamed the balance of the key's group, and did not look at the database.
func TestTheDatabaseIsNamed(t *testing.T) {
	r := lookRecorded(t, "database-down", 40*time.Second, replay.Outage{From: 12_148, To: 104_765})
	expect(t, r, "Core API/transport-websockets: warning dropped", "Admin API/health: critical database_down",
		"a whole/database: critical database_down", "a whole/why-refused: skipped", "a whole/redis: ok", "a whole/event-bus: ok")
	for _, s := range r.Sections {
		for _, f := range s.Checks {
			if f.Code == "no_balance" {
				t.Errorf("%s: %s", f.Title, f.Text)
			}
		}
	}
}

// TestOtherPartsAreNamed has the doctor and the alerts agree on what is down.
func TestOtherPartsAreNamed(t *testing.T) {
	expect(t, lookRecorded(t, "redis-down", 60*time.Second, replay.Outage{}), "a whole/redis: critical redis_down", "a whole/database: info database_unknown")
	expect(t, lookRecorded(t, "event-bus-down", 60*time.Second, replay.Outage{}), "a whole/event-bus: critical event_bus_down", "a whole/redis: ok", "a whole/database: ok")
	expect(t, lookRecorded(t, "upstream-429", 60*time.Second, replay.Outage{}), "a whole/event-bus: ok", "a whole/redis: ok", "a whole/database: ok")
}
