package alert

import (
	"slices"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// expires tells that key 1 was read to expire then; zero: never.
func (w *world) expires(at time.Time) {
	w.fact(event.KeyRead{Key: "1", Name: "crawler", Enabled: event.Known(true), Expires: at, At: w.at})
}

// says wants the open alert's title, and that nothing but updates happened.
func (w *world) says(after time.Duration, title string, sev event.Severity) {
	w.t.Helper()
	if got := w.after(after); len(got) > 0 {
		w.t.Errorf("%q", got)
	}
	if al := w.only("key.expiring"); al.Title != title || al.Severity != sev {
		w.t.Errorf("%s %q, want %s %q", al.Severity, al.Title, sev, title)
	}
}

// TestAnExpiredKeyIsSaidToHaveExpired: the title follows the time, the alert
// stays after the expiry, as the same one, and ends by renewal or deletion.
func TestAnExpiredKeyIsSaidToHaveExpired(t *testing.T) {
	const day = 24 * time.Hour
	begin := func(t *testing.T) *world {
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.1)
		w.after(0)
		w.expires(w.at.Add(day + 2*time.Hour))
		if got := w.after(0); !slices.Equal(got, []string{"key.expiring fired"}) {
			t.Fatalf("%q", got)
		}
		w.says(time.Hour-time.Second, "crawler expires in 26 h — prod", info)
		w.says(time.Second, "crawler expires in 25 h — prod", info)
		if got := w.after(time.Hour); !slices.Equal(got, []string{"key.expiring rose"}) {
			t.Fatalf("%q", got)
		}
		w.says(day-90*time.Second, "crawler expires in 2 min — prod", warning)
		w.says(30*time.Second, "crawler expires in 1 min — prod", warning)
		print := w.only("key.expiring").Fingerprint
		w.says(time.Minute, "crawler has expired — prod", warning)
		w.says(30*day, "crawler has expired — prod", warning)
		if w.only("key.expiring").Fingerprint != print {
			t.Error("it is another alert")
		}
		return w
	}
	over := func(w *world, end EndReason, title string) {
		w.t.Helper()
		if got := w.after(time.Minute); !slices.Contains(got, "key.expiring resolved") {
			w.t.Errorf("%q", got)
		}
		for _, al := range w.ev.Export().Resolved {
			if al.Rule == "key.expiring" && (al.EndReason != end || al.Title != title) {
				w.t.Errorf("%s %q, want %s %q", al.EndReason, al.Title, end, title)
			}
		}
	}
	t.Run("renewed", func(t *testing.T) {
		w := begin(t)
		w.expires(w.at.Add(90 * day))
		over(w, EndCleared, "crawler was renewed — prod")
	})
	t.Run("without an expiry", func(t *testing.T) {
		w := begin(t)
		w.expires(time.Time{})
		over(w, EndCleared, "crawler was renewed — prod")
	})
	t.Run("renewed for three days", func(t *testing.T) {
		w := begin(t)
		w.expires(w.at.Add(3 * day))
		if got := w.after(0); !slices.Equal(got, []string{"key.expiring resolved", "key.expiring fired"}) {
			t.Errorf("%q", got)
		}
		w.says(0, "crawler expires in 3 days — prod", info)
	})
	t.Run("deleted", func(t *testing.T) {
		w := begin(t)
		w.key("1", "crawler", 0.1, func(k *state.KeySpend) { k.Status = "deleted" })
		w.fact(event.KeyChanged{Key: "1", Name: "crawler", Action: event.ActionDeleted})
		over(w, EndDeleted, "crawler has expired — prod")
	})
	t.Run("the same after a restart, before and after its list is read", func(t *testing.T) {
		w := begin(t)
		saved, at := w.ev.Export(), w.at
		w = newWorld(t, DefaultConfig())
		w.at = at
		w.ev.Load(saved)
		w.key("1", "crawler", 0.1) // by a hub
		w.says(time.Hour, "crawler has expired — prod", warning)
		if !w.only("key.expiring").Stale {
			t.Error("nobody has read it, and it is not stale")
		}
		w.expires(at.Add(-30 * day))
		w.says(time.Hour, "crawler has expired — prod", warning)
		if w.only("key.expiring").Stale {
			t.Error("it is stale though it was read")
		}
	})
}

// TestWhatExpiredLongAgoBeginsNothing: a gateway keeps expired keys for ever.
func TestWhatExpiredLongAgoBeginsNothing(t *testing.T) {
	for ago, want := range map[time.Duration]bool{time.Second: true, expiredLately - time.Second: true, expiredLately: false} {
		w := newWorld(t, DefaultConfig())
		w.key("1", "crawler", 0.1)
		w.expires(w.at.Add(-ago))
		if got := w.after(time.Hour); slices.Contains(got, "key.expiring fired") != want {
			t.Errorf("%v ago: %q", ago, got)
		}
	}
}

// A key that was deleted while Gatewatch did not run is told of like any other, with the
// times between which it was; other changes of that time are listed, and nobody is called.
func TestAKeyDeletedMeanwhile(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	since := event.Comparison{Since: w.at.Add(-3 * time.Hour)}
	w.fact(event.KeyChanged{Key: "7", Name: "ops-admin", Action: event.ActionDeleted, Comparison: since})
	w.fact(event.KeyChanged{Key: "8", Name: "crawler", Action: event.ActionDisabled, Comparison: since})
	if got := w.after(time.Second); !slices.Equal(got, []string{"key.deleted fired"}) {
		t.Fatalf("%q", got)
	}
	al := w.only("key.deleted")
	clock := func(at time.Time) string { return at.UTC().Format("15:04") }
	want := "Between " + clock(since.Since) + " and " + clock(w.at.Add(-time.Second)) + "; it was not watched for a time. Its requests are refused."
	if al.Title != "ops-admin (virtual key) was deleted — prod" || al.Body != want {
		t.Errorf("%q %q, want %q", al.Title, al.Body, want)
	}
}

// TestADeletionAnewIsNotAcknowledged: a key that was made again and is deleted again is
// another matter than the one that somebody has seen, also while that is still listed.
func TestADeletionAnewIsNotAcknowledged(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	deleted := event.KeyChanged{Key: "7", Name: "hackathon", Action: event.ActionDeleted}
	w.fact(deleted)
	w.after(time.Second)
	first := w.only("key.deleted")
	w.ev.Acknowledge(first.Fingerprint, "", w.at)
	w.after(7 * time.Minute)
	w.fact(event.KeyChanged{Key: "7", Name: "hackathon", Action: event.ActionCreated})
	w.fact(deleted)
	if got := w.after(time.Second); !slices.Contains(got, "key.deleted fired") {
		t.Errorf("%q", got)
	}
	if al := w.only("key.deleted"); al.Acked || al.Life == first.Life || !al.Since.After(first.Since) {
		t.Errorf("%+v", al)
	}
}

// TestAChangeHasTheGatewaysOwnTime: lists are read now and then; when a key was disabled
// the gateway says to the second, unless its clock is ahead.
func TestAChangeHasTheGatewaysOwnTime(t *testing.T) {
	for own, want := range map[time.Duration]time.Duration{-50 * time.Second: -50 * time.Second, 3 * time.Second: 0} {
		w := newWorld(t, DefaultConfig())
		w.fact(event.KeyChanged{Key: "7", Name: "ops-admin", Action: event.ActionDisabled, Comparison: event.Comparison{Own: w.at.Add(own)}})
		at := w.at
		w.after(time.Second)
		if a := w.only("key.changed"); !a.Annotations.From.Equal(at.Add(want)) {
			t.Errorf("at %s, want %s", a.Annotations.From, at.Add(want))
		}
	}
}
