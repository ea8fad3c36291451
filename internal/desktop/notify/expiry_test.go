package notify

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
)

// expires tells that a key was read to expire then.
func (s *sim) expires(key string, at time.Time) {
	s.fact("prod", event.ViaREST, "keys", event.KeyRead{
		Key: event.KeyID(key), Name: "crawler", Enabled: event.Known(true), Expires: at, At: s.clock(),
	})
}

// TestAKeyThatExpiresIsToldTwiceAtMost: a week and a day before. That it has
// expired replaces nothing and rings nothing, and neither do later days, a
// restart or its end; the list says how it is.
func TestAKeyThatExpiresIsToldTwiceAtMost(t *testing.T) {
	const day = 24 * time.Hour
	s := newSim(t)
	expiry := s.start.Add(8 * day)
	for d := time.Duration(0); d < 20*day; d += 6 * time.Hour { // it is read again and again
		s.at(d, func() { s.expires("1", expiry) })
	}
	s.want(
		"+24h0m3s info: crawler expires in 7 days — prod",
		"+168h0m3s warning: crawler expires in 24 h — prod",
	)
	if al := s.open("key.expiring"); al.Title != "crawler has expired — prod" || al.Severity != event.SeverityWarning {
		t.Errorf("%s %q", al.Severity, al.Title)
	}
	s.restart(s.ev.Export())
	s.at(20*day, func() { s.expires("1", expiry) })
	s.at(21*day, func() { s.expires("1", expiry.Add(90*day)) })
	s.at(22*day, nil)
	if got := len(s.titles()); got != 3 || !strings.HasSuffix(s.titles()[2], "withdraw: ") {
		t.Errorf("%q", s.titles())
	}
	var ends []alert.EndReason
	for _, al := range s.ev.Export().Open {
		t.Errorf("open: %s", al.Title)
	}
	for _, c := range s.changes {
		if c.Kind == alert.Resolved {
			ends = append(ends, c.Alert.EndReason)
		}
	}
	if len(ends) != 1 || ends[0] != alert.EndCleared {
		t.Errorf("it ended as %q", ends)
	}
}

// TestAKeyThatExpiredWhileAwayIsInTheDigest: by then it is no longer expiring.
func TestAKeyThatExpiredWhileAwayIsInTheDigest(t *testing.T) {
	s := newSim(t)
	expiry := s.start.Add(30 * time.Hour)
	woke := 36 * time.Hour
	s.sleep(woke, alert.SystemState{Grace: alert.DefaultGrace})
	s.at(woke+time.Second, func() { s.expires("1", expiry) })
	s.at(woke+time.Hour, nil)
	s.want("+36h0m33s warning: While you were away (35 h)")
	if body := s.shown[0].order.Notification.Body; body != "1 still open: crawler expired." {
		t.Error(body)
	}
}

// TestARiseWhileAwayIsInTheDigest: that it was told at a lower severity before
// does not keep it out.
func TestARiseWhileAwayIsInTheDigest(t *testing.T) {
	s := newSim(t)
	expiry := s.start.Add(60 * time.Hour)
	s.at(time.Second, func() { s.expires("1", expiry) })
	woke := 40 * time.Hour
	s.sleep(woke, alert.SystemState{Grace: alert.DefaultGrace})
	s.at(woke+time.Second, func() { s.expires("1", expiry) })
	s.at(woke+time.Hour, nil)
	s.want(
		"+4s info: crawler expires in 3 days — prod",
		"+40h0m33s warning: While you were away (39 h)",
	)
	if body := s.shown[1].order.Notification.Body; body != "1 still open: crawler expiring." {
		t.Error(body)
	}
}
