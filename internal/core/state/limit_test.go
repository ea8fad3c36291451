package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// TestALimitThatIsChangedIsNotKnown until it is told: the message of the change does not
// say to what, and spends that tell the limit, or tell none any more, come before or after
// it. What the gateway claimed of the old one goes with it.
func TestALimitThatIsChangedIsNotKnown(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	spends, admin := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "spend"}, &event.Source{Gateway: "g", Via: event.ViaHub, Name: "admin"}
	changed := event.KeyChanged{Key: "2", Action: event.ActionUpdated, Changes: []string{"limit"}}
	untold := event.KeyRead{Key: "2", LimitUntold: true}
	raised := event.KeyRead{Key: "2", Limit: event.Known(event.USD(200))}
	spend := func() event.Event {
		return &event.SpendRecorded{Key: "2", Total: event.USD(91), HasTotal: true}
	}
	limited := &event.SpendRecorded{Key: "2", Total: event.USD(91), HasTotal: true, LimitTold: true}
	for name, c := range map[string]struct {
		after []event.Event
		want  string
		since bool
	}{
		"changed, and nothing told yet":      {[]event.Event{changed}, "not known", true},
		"changed, then told no more":         {[]event.Event{changed, untold, spend()}, "not known", true},
		"told no more, then changed":         {[]event.Event{untold, spend(), changed}, "not known", true},
		"told no more":                       {[]event.Event{untold, spend()}, "not known", true},
		"changed, then told":                 {[]event.Event{changed, raised, limited}, event.USD(200).String(), false},
		"told, then changed":                 {[]event.Event{raised, limited, changed}, event.USD(200).String(), false},
		"changed, and the same is told":      {[]event.Event{changed, limited}, event.USD(100).String(), false},
		"changed, and a spend leaves it out": {[]event.Event{changed, spend()}, "not known", true},
		"none":                               {[]event.Event{event.KeyRead{Key: "2", Limit: event.NotKnown[event.NanoUSD](event.ReadingNone, "")}}, "none", false},
		"another field":                      {[]event.Event{event.KeyChanged{Key: "2", Action: event.ActionUpdated, Changes: []string{"rateLimitRpm"}}}, event.USD(100).String(), false},
	} {
		s := New()
		s.SetGateway(Gateway{ID: "g"})
		tell := func(src *event.Source, at time.Time, body event.Event) {
			s.Apply(&event.Envelope{Seq: uint64(at.UnixMilli()), At: at, Source: src, Body: body})
		}
		tell(spends, at, event.KeyRead{Key: "2", Limit: event.Known(event.USD(100))})
		tell(spends, at, spend())
		tell(spends, at, event.SpendLimitReported{Key: "2", Spend: event.USD(91), Limit: event.USD(100), Ratio: 0.91, Severity: event.SeverityCritical})
		now := at.Add(time.Hour)
		for _, body := range c.after {
			src := spends
			if _, is := body.(event.KeyChanged); is {
				src = admin
			}
			now = now.Add(100 * time.Millisecond)
			tell(src, now, body)
		}
		s.Derive(now)
		k := s.Live().Keys["g/2"]
		if got := k.Limit.String(); got != c.want || k.LimitUntoldAt > 0 != c.since || k.Limit.Known() != k.UsedRatio.Known() {
			t.Errorf("%s: limit %s since %d, used %s; want %s", name, got, k.LimitUntoldAt, k.UsedRatio, c.want)
		}
		if !k.Limit.Known() && (k.Trust != "" || k.ReportedLevel != "" || k.ReportedRatio >= 0) {
			t.Errorf("%s: the claim of the old limit stays: %s %s %g", name, k.Trust, k.ReportedLevel, k.ReportedRatio)
		}
	}
}
