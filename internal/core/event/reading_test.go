package event

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestReadingSaysWhatItDoesNotKnow(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_000)
	for _, c := range []struct {
		is    Reading[NanoUSD]
		json  string
		known bool
		says  string
	}{
		{Reading[NanoUSD]{}, `{"status":"unknown"}`, false, "not known"},
		{Known(USD(2)), `2000000000`, true, "2"},
		{Known(NanoUSD(0)), `0`, true, "0"},
		{NotKnown[NanoUSD](ReadingTooLarge, ""), `{"status":"too_large"}`, false, "too large to show"},
		{NotKnown[NanoUSD](ReadingNone, ""), `{"status":"none"}`, false, "none"},
		{NotKnown[NanoUSD](ReadingForbidden, "It needs the master key."), `{"status":"forbidden","why":"It needs the master key."}`, false, "no permission"},
		{Known(USD(3)).Stale(at, "no answer"), `{"status":"stale","why":"no answer","value":3000000000,"since":1700000000000}`, true, "3"},
		{Reading[NanoUSD]{}.Stale(at, "no answer"), `{"status":"unknown"}`, false, "not known"},
		{NotKnown[NanoUSD](ReadingKnown, ""), `{"status":"unknown"}`, false, "not known"},
	} {
		b, err := json.Marshal(c.is)
		if err != nil || string(b) != c.json {
			t.Errorf("JSON of %v is %s, %v; want %s", c.is, b, err, c.json)
		}
		var back Reading[NanoUSD]
		if err := json.Unmarshal(b, &back); err != nil || back != c.is {
			t.Errorf("%s reads as %#v, %v; want %#v", b, back, err, c.is)
		}
		if c.is.Known() != c.known || c.is.String() != c.says {
			t.Errorf("%s: known %v, says %q; want %v, %q", b, c.is.Known(), c.is, c.known, c.says)
		}
	}
}

func TestReadingOfEarlierVersions(t *testing.T) {
	for text, want := range map[string]Reading[bool]{
		`true`: Known(true), `false`: Known(false), `null`: {}, `{"status":"known"}`: {}, `{"status":"stale"}`: {},
	} {
		var r Reading[bool]
		if err := json.Unmarshal([]byte(text), &r); err != nil || r != want {
			t.Errorf("%s reads as %#v, %v; want %#v", text, r, err, want)
		}
	}
	var r Reading[bool]
	if json.Unmarshal([]byte(`"x"`), &r) == nil || json.Unmarshal([]byte(`{"status":1}`), &r) == nil {
		t.Error("what is no reading was read as one")
	}
}

// TestAtLeast: a lower bound has a value, says that it is one, and survives JSON.
func TestAtLeast(t *testing.T) {
	r := Known(USD(2.5)).AtLeast("not all of the day was seen")
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Reading[NanoUSD]
	if err := json.Unmarshal(b, &back); err != nil || back != r {
		t.Errorf("%s became %v, %v", b, back, err)
	}
	if v, ok := back.Get(); !ok || v != USD(2.5) || !strings.HasPrefix(back.String(), "at least ") {
		t.Errorf("%v, %v, %q", v, ok, back)
	}
	if gone := NotKnown[NanoUSD](ReadingUnknown, "").AtLeast("x"); gone.Known() {
		t.Errorf("what is not known became %v", gone)
	}
}
