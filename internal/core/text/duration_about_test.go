package text_test

import (
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/text"
)

// TestAbout: what was seen to begin and end by looking now and then is rounded to the
// nearest, where a Duration is cut: 2 min 50 s of an outage are not "2 min".
func TestAbout(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "a moment", 8 * time.Second: "about 10 s", 56 * time.Second: "about 1 min", 72 * time.Second: "about 70 s",
		160 * time.Second: "about 3 min", 170 * time.Second: "about 3 min", 2 * time.Hour: "about 2 h", 49 * time.Hour: "about 2 days",
	} {
		if got := text.About(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

// TestOffSinceTheGatewaySays: a provider that was off before anybody looked was off since
// the gateway switched it off.
func TestOffSinceTheGatewaySays(t *testing.T) {
	off := noon.Add(-80 * time.Second)
	is := text.Alert{
		Rule: "provider.switched_off", Category: "provider", Label: "prod", Since: noon, ClearedAt: noon.Add(80 * time.Second), Ended: "cleared",
		Annotations: text.Annotations{Name: "mistral", From: off},
	}
	if _, body := text.AlertText(text.MessageResolved, &is, false, time.UTC, noon); !strings.Contains(body, "Was off at most 3 min.") {
		t.Error(body)
	}
	is.ClearedAt = noon.Add(50 * time.Second) // 2 min 10 s after it began: a bound is not rounded down
	if _, body := text.AlertText(text.MessageResolved, &is, false, time.UTC, noon); !strings.Contains(body, "Was off at most 3 min.") {
		t.Error(body)
	}
	is.Annotations.EndUnseen = true // it was on again when Gatewatch was started
	if _, body := text.AlertText(text.MessageResolved, &is, false, time.UTC, noon); !strings.Contains(body, "Was off at most 3 min.") {
		t.Error(body)
	}
}
