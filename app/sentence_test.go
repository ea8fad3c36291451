package app

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/state"
	"gatewatch/internal/desktop/tray"
	"gatewatch/internal/program/run"
)

// halfGone is a gateway of which one half, "core" or "admin", does not answer; with
// "none" both do.
func halfGone(lost string) *state.Live {
	l, now := state.New().Live(), time.Now()
	l.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod", Overall: "partial", LastEventAt: now.UnixMilli()}
	for _, plane := range []string{"core", "admin"} {
		x := state.Link{ID: "prod/" + plane, Gateway: "prod", Plane: plane, Hub: plane, State: "connected", LastReceived: now.UnixMilli()}
		if plane == lost {
			x.State, x.Cause, x.LostAt = "reconnecting", "Connection refused.", now.Add(-2*time.Minute).UnixMilli()
		}
		l.Links[x.ID] = x
	}
	return l
}

// The first page, the tray and "status" say the same of the same, whatever is gone.
func TestAllPlacesSayOneSentence(t *testing.T) {
	for what, change := range map[string]struct {
		lost  string
		more  func(l *state.Live)
		begin string
		shape tray.Shape
	}{
		"Core":  {lost: "core", begin: "Core does not answer since ", shape: tray.ShapeWarning},
		"Admin": {lost: "admin", begin: "Admin does not answer since ", shape: tray.ShapeWarning},
		"none":  {lost: "none", begin: "Nothing needs you, as far as can be seen", shape: tray.ShapeUnsure},
		"both": {lost: "none", begin: "prod does not answer", shape: tray.ShapeOffline, more: func(l *state.Live) {
			l.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod", Overall: "reconnecting"}
		}},
		"an alert": {lost: "core", begin: "1 thing needs you", shape: tray.ShapeCritical, more: func(l *state.Live) {
			l.Alerts["a"] = state.AlertLine{ID: "a", Gateway: "prod", Severity: "critical", Status: "firing", Title: "Redis does not answer"}
		}},
		"nothing for long": {lost: "none", begin: "No news since ", shape: tray.ShapeStale, more: func(l *state.Live) {
			long := time.Now().Add(-5 * time.Minute).UnixMilli()
			l.Gateways["prod"] = state.Gateway{ID: "prod", Label: "prod", Overall: "connected", LastEventAt: long}
			for id, x := range l.Links {
				x.LastReceived = long
				l.Links[id] = x
			}
		}},
	} {
		l := halfGone(change.lost)
		if change.more != nil {
			change.more(l)
		}
		l.Outlooks = outlook.Of(l, time.Now())
		page := l.Outlooks[outlook.All]
		m := newMirror()
		d := state.Delta{Outlooks: map[string]*state.Outlook{outlook.All: &page}, Gateways: map[string]*state.Gateway{}, Alerts: map[string]*state.AlertLine{}}
		for id, g := range l.Gateways {
			d.Gateways[id] = &g
		}
		for id, a := range l.Alerts {
			d.Alerts[id] = &a
		}
		m.merge(d)
		s := m.summary()
		s.Now = time.Now()
		item, says := tray.StatusItemOf(s), run.ReportOf(l).Says
		if !strings.HasPrefix(page.Head, change.begin) || item.Shape != change.shape {
			t.Errorf("%s: %q, shape %v", what, page.Head, item.Shape)
		}
		if says != page.Head+" "+page.Rest {
			t.Errorf("%s: status says %q, the page %q %q", what, says, page.Head, page.Rest)
		}
		short := strings.TrimSuffix(page.Head, ".")
		if what == "an alert" {
			short = "1 critical: " + page.Rest
		}
		if !strings.HasPrefix(item.Tooltip, "Gatewatch — "+short) || item.Headline.Text != short {
			t.Errorf("%s: the tray says %q and %q, the page %q", what, item.Tooltip, item.Headline.Text, page.Head)
		}
	}
}
