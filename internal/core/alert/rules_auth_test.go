package alert

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/state"
)

// watch adds a watched key with its own link for spend; a link of the state
// "error" refuses it.
func (w *world) watch(slot, label, how, link string, holds bool) {
	w.live.MonitoredKeys["prod/"+slot] = state.MonitoredKey{
		ID: "prod/" + slot, Gateway: "prod", Slot: slot, Label: label, Key: slot, State: how, Primary: holds,
	}
	l := state.Link{ID: "prod/spend#" + slot, Gateway: "prod", Hub: "spend", Plane: "core", Slot: slot, State: link}
	if link == "error" {
		l.Class = "auth"
	}
	w.live.Links[l.ID] = l
}

// TestAcceptedAgain: that is said of a key that was let in before and is again, and of no
// other: not of one that was removed, replaced, paused, or that is kept out for a reason
// that is known.
func TestAcceptedAgain(t *testing.T) {
	again := func(w *world, slot, key, how string) {
		w.watch(slot, "crawler", how, "connected", false)
		k := w.live.MonitoredKeys["prod/"+slot]
		k.Key = key
		w.live.MonitoredKeys["prod/"+slot] = k
	}
	for name, c := range map[string]struct {
		key  string // of the gateway, before
		do   func(*world)
		ends EndReason
	}{
		"let in":               {"1", func(w *world) { again(w, "1", "1", "live") }, EndCleared},
		"read over REST":       {"1", func(w *world) { again(w, "1", "1", "polled") }, EndCleared},
		"replaced":             {"1", func(w *world) { again(w, "1", "7", "live") }, EndDeleted},
		"was never known":      {"", func(w *world) { again(w, "1", "7", "live") }, EndDeleted},
		"disabled":             {"1", func(w *world) { w.watch("1", "crawler", "disabled", "error", false) }, ""},
		"disabled, and let in": {"1", func(w *world) { again(w, "1", "1", "disabled") }, EndCleared},
		"paused":               {"1", func(w *world) { w.watch("1", "crawler", "paused", "disconnected", false) }, EndDeleted},
		"removed": {"1", func(w *world) {
			delete(w.live.MonitoredKeys, "prod/1")
			delete(w.live.Links, "prod/spend#1")
		}, EndDeleted},
		"not known yet": {"1", func(w *world) { again(w, "1", "1", "waiting") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			w.watch("2", "agents", "live", "connected", true)
			w.watch("1", "crawler", "refused", "error", false)
			k := w.live.MonitoredKeys["prod/1"]
			k.Key = c.key
			w.live.MonitoredKeys["prod/1"] = k
			w.after(time.Minute)
			fp := w.only("gateway.auth").Fingerprint
			c.do(w)
			w.after(time.Minute)
			if al, _ := w.ev.Find(fp); al.EndReason != c.ends {
				t.Errorf("%s: %q, want %q", al.Title, al.EndReason, c.ends)
			}
		})
	}
}

// TestARefusedKeyIsNamed: of several keys the one that is refused, never all.
func TestARefusedKeyIsNamed(t *testing.T) {
	const rotated = "It may have been rotated: update it in Connections."
	for _, c := range []struct {
		name        string
		do          func(*world)
		title, body string
	}{
		{"the only one", func(w *world) {
			w.watch("1", "crawler", "refused", "error", true)
		}, "The virtual key is refused — prod", "Core: 401. " + rotated},
		{"one of three", func(w *world) {
			w.watch("1", "crawler", "refused", "error", false)
			w.watch("2", "agents", "live", "connected", true)
			w.watch("3", "batch", "live", "connected", false)
		}, "crawler (virtual key) is refused — prod", "Core: 401. The other 2 keys go on. " + rotated},
		{"one without a name", func(w *world) {
			w.watch("1", "", "refused", "error", false)
			w.watch("2", "agents", "live", "connected", true)
		}, "key 1 (virtual key) is refused — prod", "Core: 401. The other key goes on. " + rotated},
		{"one, and the other is paused", func(w *world) {
			w.watch("1", "crawler", "refused", "error", false)
			w.watch("2", "agents", "paused", "disconnected", false)
		}, "crawler (virtual key) is refused — prod", "Core: 401. " + rotated},
		{"two of three", func(w *world) {
			w.watch("1", "crawler", "refused", "error", false)
			w.watch("2", "agents", "live", "error", false) // its state is told a moment later
			w.watch("3", "batch", "live", "connected", true)
		}, "2 virtual keys are refused — prod", "agents, crawler. Core: 401. The other key goes on. Update them in Connections."},
		{"the holder, at a hub that all share", func(w *world) {
			w.watch("1", "crawler", "disabled", "connected", true)
			w.watch("2", "agents", "live", "connected", false)
			w.link("prod", "notifications", "error", "auth")
		}, "crawler (virtual key) is refused — prod", "Core: 401. The other key goes on. " + rotated},
		{"a holder that just took a hub over", func(w *world) {
			w.watch("1", "crawler", "refused", "error", false)
			w.watch("2", "agents", "live", "connected", true)
			w.link("prod", "notifications", "error", "auth")
		}, "crawler (virtual key) is refused — prod", "Core: 401. The other key goes on. " + rotated},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			c.do(w)
			if got := w.after(time.Second); !slices.Contains(got, "gateway.auth fired") {
				t.Fatalf("%q", got)
			}
			if al := w.only("gateway.auth"); al.Title != c.title || al.Body != c.body {
				t.Errorf("%q\n%q, want\n%q\n%q", al.Title, al.Body, c.title, c.body)
			}
		})
	}
	t.Run("one that turns out to be disabled a moment later", func(t *testing.T) {
		w := newWorld(t, DefaultConfig())
		w.watch("1", "crawler", "refused", "error", false)
		w.watch("2", "agents", "live", "connected", true)
		w.after(time.Second)
		w.watch("1", "crawler", "disabled", "error", false)
		if got := w.after(5 * time.Second); !slices.Contains(got, "gateway.auth resolved") {
			t.Errorf("not taken back: %q", got)
		}
	})
	for _, how := range []string{"disabled", "expired", "no_balance"} {
		t.Run("one that the gateway says is "+how, func(t *testing.T) {
			w := newWorld(t, DefaultConfig())
			w.watch("1", "crawler", how, "error", false)
			w.watch("2", "agents", "live", "connected", true)
			if got := w.after(time.Minute); slices.Contains(got, "gateway.auth fired") {
				t.Errorf("refused, and not because it was rotated: %q", got)
			}
			w.watch("1", "crawler", "refused", "error", false)
			if got := w.after(time.Minute); !slices.Contains(got, "gateway.auth fired") {
				t.Errorf("refused for another reason: %q", got)
			}
			w.watch("1", "crawler", how, "error", false)
			if w.after(time.Minute); w.only("gateway.auth").Status != StatusFiring {
				t.Error("explained a minute later, and over without having been let in")
			}
		})
	}
	t.Run("the master key has no name", func(t *testing.T) {
		w := newWorld(t, DefaultConfig())
		w.watch("1", "crawler", "live", "connected", true)
		w.watch("2", "agents", "live", "connected", false)
		w.live.Links["prod/rest"] = state.Link{ID: "prod/rest", Gateway: "prod", Hub: "rest", Plane: "admin", State: "error", Class: "auth"}
		w.after(time.Second)
		if al := w.only("gateway.auth"); al.Title != "The master key is refused — prod" {
			t.Errorf("%q", al.Title)
		}
	})
	t.Run("the master key, and virtual keys", func(t *testing.T) {
		w := newWorld(t, DefaultConfig())
		w.watch("1", "crawler", "refused", "error", false)
		w.watch("2", "agents", "refused", "error", true)
		w.live.Links["prod/rest"] = state.Link{ID: "prod/rest", Gateway: "prod", Hub: "rest", Plane: "admin", State: "error", Class: "auth"}
		w.after(time.Second)
		var titles []string
		for _, al := range w.ev.Lines(w.at) {
			titles = append(titles, al.Title)
		}
		slices.Sort(titles)
		if want := []string{"2 virtual keys are refused — prod", "The master key is refused — prod"}; !slices.Equal(titles, want) {
			t.Errorf("%q", titles)
		}
	})
}

// TestARefusedKeyStaysOverARestart: what was told and acknowledged of a key is neither over
// nor new because a program that was just started makes its connections one by one.
func TestARefusedKeyStaysOverARestart(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.watch("1", "agents", "live", "connected", true)
	w.watch("2", "crawler", "refused", "error", false)
	unknown := w.live.MonitoredKeys["prod/2"]
	unknown.Key = "" // it was never let in
	w.live.MonitoredKeys["prod/2"] = unknown
	w.after(time.Minute)
	fp := w.only("gateway.auth").Fingerprint
	if err := w.ev.Acknowledge(fp, "known", w.at); err != nil {
		t.Fatal(err)
	}
	w.after(time.Second)
	saved, live := w.ev.Export(), w.live
	w.ev, w.live = New(DefaultConfig()), state.New().Live()
	w.ev.Load(saved)
	w.live.Gateways, w.live.PollTargets = live.Gateways, live.PollTargets
	began := w.at
	w.live.PollTargets = map[string]state.PollTarget{"prod/keys": {Gateway: "prod", SucceededAt: w.at.Add(time.Second).UnixMilli()}}
	for _, step := range []struct {
		what string
		do   func()
	}{
		{"its lists are read", func() {}},
		{"one is let in", func() {
			w.watch("1", "agents", "live", "connected", true)
			w.watch("2", "crawler", "waiting", "connecting", false)
			unknown.State = "waiting"
			w.live.MonitoredKeys["prod/2"] = unknown
			delete(w.live.Links, "prod/spend#2")
		}},
	} {
		step.do()
		for _, s := range w.after(5 * time.Second) {
			if strings.HasPrefix(s, "gateway.auth") {
				t.Errorf("%s, %s after the start: %q", step.what, w.at.Sub(began), s)
			}
		}
	}
	w.live = live
	w.after(time.Minute)
	if a := w.only("gateway.auth"); a.Fingerprint != fp || !a.Acked || a.AckNote != "known" || !a.Since.Before(began) {
		t.Errorf("%+v", a)
	}
}

// TestSinceWhenItIsAnsweredSo: a ban that follows a refused key is not dated back to it; what is answered the same
// stays since when it is.
func TestSinceWhenItIsAnsweredSo(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	refuse := func(class string) {
		w.link("prod", restLink, "error", class)
		l := w.live.Links["prod/"+restLink]
		l.FailedAt = w.at.UnixMilli()
		w.live.Links["prod/"+restLink] = l
	}
	refuse("auth")
	w.after(83 * time.Second)
	banned := w.at
	refuse("forbidden")
	w.after(time.Minute)
	refuse("forbidden")
	w.after(time.Minute)
	if a := w.only("gateway.auth"); a.Annotations.HTTPStatus != 403 || !a.Annotations.From.Equal(banned) || !a.Since.Equal(noon) ||
		!strings.Contains(a.Evidence, "403 since "+banned.Format("15:04:05")) {
		t.Errorf("since %v, answered so since %v: %s", a.Since, a.Annotations.From, a.Evidence)
	}
}
