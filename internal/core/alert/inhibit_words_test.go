package alert

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// TestNothingIsHeldBackByWhatIsOver: the moment a gateway answers again it is no outage any
// more, and what was open before is open.
func TestNothingIsHeldBackByWhatIsOver(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	budget := func() (found state.AlertLine) {
		for _, l := range w.ev.Lines(w.at) {
			if l.Threshold == 0.75 {
				found = l
			}
		}
		return found
	}
	w.key("1", "research", 0.8)
	w.after(time.Minute)
	for _, hub := range []string{"spend", "notifications"} {
		w.link("prod", hub, "reconnecting", "gateway_down")
	}
	w.in.REST = nil
	w.after(2 * time.Minute)
	if l := budget(); l.InhibitedBy != "prod does not answer" {
		t.Errorf("while it does not answer: %+v", l)
	}
	for _, hub := range []string{"spend", "notifications"} {
		w.link("prod", hub, "connected", "")
	}
	for range 20 {
		w.after(5 * time.Second)
		if l := w.listed("gateway.unreachable"); l.Status != "resolved" || l.EndedAt == 0 || l.Title == "prod does not answer" {
			t.Fatalf("at %v: %+v", w.at, l)
		}
		if l := budget(); l.InhibitedBy != "" || l.Status != "firing" {
			t.Fatalf("at %v: %+v", w.at, l)
		}
	}
}

// TestHeldBackInTheWordsOfWhatHoldsBack: that a gateway refuses a key is not that it does
// not answer.
func TestHeldBackInTheWordsOfWhatHoldsBack(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.prepaid(0.6, 100e9, 100e9, "credit:1")
	w.link("prod", restLink, "connected", "")
	w.after(time.Minute)
	w.link("prod", restLink, "error", "auth")
	for _, d := range []time.Duration{0, time.Second, time.Minute} {
		w.after(d)
		if l := w.listed("budget.used"); l.InhibitedBy != "the gateway refuses the key" && l.InhibitedBy != "The master key is refused — prod" {
			t.Errorf("after %v: %q", d, l.InhibitedBy)
		}
	}
	w.link("prod", restLink, "connected", "")
	w.after(time.Second)
	if l := w.listed("budget.used"); l.InhibitedBy != "" {
		t.Errorf("once it is accepted: %q", l.InhibitedBy)
	}
}

// TestNoPartIsAccusedBeforeItIsSure: while it is not told yet which part is down, nothing
// that it holds back names one.
func TestNoPartIsAccusedBeforeItIsSure(t *testing.T) {
	w := newWorld(t, DefaultConfig())
	w.fact(event.ComponentReported{Component: "database", Health: event.HealthUnhealthy})
	w.link("prod", "spend", "reconnecting", "gateway_down")
	w.link("prod", "notifications", "connected", "")
	held := func(d time.Duration) (words []string) {
		w.after(d)
		for _, l := range w.ev.Lines(w.at) {
			if l.Rule == "hub.down" && l.InhibitedBy != "" {
				words = append(words, l.InhibitedBy)
			}
		}
		return words
	}
	unsure := held(5 * time.Second)
	if len(unsure) == 0 || strings.Contains(strings.Join(unsure, " "), "atabase") {
		t.Errorf("after 5 s: %q", unsure)
	}
	if sure := held(time.Minute); !strings.Contains(strings.Join(sure, " "), "atabase") {
		t.Errorf("once it is told: %q", sure)
	}
}
