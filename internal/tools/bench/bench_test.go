package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/sources/wire"

	"github.com/google/go-cmp/cmp"
)

// TestMain lets the test binary be the children that bench starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "client" || os.Args[1] == "serve") {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestBenchEndToEnd(t *testing.T) {
	var out bytes.Buffer
	// The library is left out: it may lose its connection, and then waits.
	if err := measure(t.Context(), options{rounds: 1, events: 5000, clients: "ab"}, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"1 frame per message", "50 frames per message", "5,001 | 0 |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
	if n := strings.Count(out.String(), "nothing lost"); n != 4 {
		t.Errorf("%d sound clients, want 4:\n%s", n, out.String())
	}
}

func TestLibraryReceivesSlowEvents(t *testing.T) {
	s := newRawServer(20, 1)
	srv := httptest.NewServer(s.server.Handler)
	defer srv.Close()
	sent := make(chan error, 1)
	r, err := runLibrary(t.Context(), turn{url: srv.URL, want: 21, ready: func() {
		go func() { sent <- post(t.Context(), srv.URL+"/go") }()
	}})
	if err != nil || <-sent != nil {
		t.Fatal(err)
	}
	if r.Received != 21 || r.Sum != 20*21/2 {
		t.Errorf("received %+v", r)
	}
}

// The frames are what a server sends: our decoder reads every one, and the
// totals say their place.
func TestStream(t *testing.T) {
	const n = 107
	now := time.Now()
	for _, perMessage := range []int{1, 50} {
		r := bufio.NewReader(bytes.NewReader(stream(nil, n, perMessage, now)))
		dec := wire.New(wire.Options{})
		totals := map[event.KeyID]event.NanoUSD{}
		seq, messages := 0, 0
		for {
			payload, err := message(r)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			messages++
			for frame := range bytes.SplitSeq(bytes.TrimSuffix(payload, []byte{0x1e}), []byte{0x1e}) {
				var f struct {
					Target    string
					Arguments json.RawMessage
				}
				if err := json.Unmarshal(frame, &f); err != nil || len(frame) < 295 || len(frame) > 320 {
					t.Fatalf("frame of %d bytes: %v", len(frame), err)
				}
				if got := seqOf(f.Arguments); got != seq {
					t.Errorf("frame %d says %d", seq, got)
				}
				dec.Decode("spend", f.Target, f.Arguments, now, func(e event.Event) {
					b, ok := e.(*event.SpendRecorded)
					if !ok || b.Total != totals[b.Key]+b.Amount || b.Total != totalOf(seq) {
						t.Errorf("frame %d is %+v", seq, e)
					}
					totals[b.Key] = b.Total
				})
				seq++
			}
		}
		if want := (n+perMessage-1)/perMessage + 1; seq != n+1 || messages != want {
			t.Errorf("%d per message: %d frames in %d messages, want %d in %d", perMessage, seq, messages, n+1, want)
		}
		var sum event.NanoUSD
		for _, total := range totals {
			sum += total
		}
		if sum != (n+1)*amount {
			t.Errorf("the totals' sum is %s, want %s", sum, (n+1)*amount)
		}
	}
}

// message reads one unmasked message.
func message(r *bufio.Reader) ([]byte, error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	n := int(head[1])
	if n == 126 {
		if _, err := io.ReadFull(r, head); err != nil {
			return nil, err
		}
		n = int(head[0])<<8 | int(head[1])
	}
	payload := make([]byte, n)
	_, err := io.ReadFull(r, payload)
	return payload, err
}

func TestReport(t *testing.T) {
	f := field{name: "test", events: 4, keySum: 10, numberSum: 6, floor: 1, aim: 2}
	good := func(sum int64, ms int) turned {
		return turned{result{Received: 4, Sum: sum, CPU: 4000}, time.Duration(ms) * time.Millisecond}
	}
	for _, c := range []struct {
		name    string
		a       turned
		says    string
		unsound bool
	}{
		{"aim", good(10, 1), "(a) is 4.00 × (d); the floor of 1 × (aim 2 ×) holds, the aim too.", false},
		{"floor", good(10, 3), "(a) is 1.33 × (d); the floor of 1 × (aim 2 ×) holds.", false},
		{"slow is no error", good(10, 8), "does NOT hold", false},
		{"sum", good(11, 1), "1 wrong sums", true},
		{"order", turned{result{Received: 4, Sum: 10, Disordered: 2}, time.Millisecond}, "2 out of order", true},
		{"lost", turned{result{Received: 3, Sum: 10}, time.Millisecond}, "3 of 4 received", true},
		{"dropped", turned{result{Received: 4, Sum: 10, Dropped: 1}, time.Millisecond}, "1 dropped", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			err := report(&out, f, map[string][]turned{"a": {c.a}, "d": {good(6, 4)}})
			if errors.Is(err, errUnsound) != c.unsound {
				t.Errorf("error %v", err)
			}
			if !strings.Contains(out.String(), c.says) {
				t.Errorf("does not say %q:\n%s", c.says, out.String())
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	got := []string{thousands(0), thousands(999), thousands(1000), thousands(1234567), times(3, 2), times(1, 0)}
	if diff := cmp.Diff([]string{"0", "999", "1,000", "1,234,567", "1.50", "–"}, got); diff != "" {
		t.Error(diff)
	}
	if got := []float64{median(nil), median([]float64{3, 1, 2}), median([]float64{4, 1})}; !cmp.Equal(got, []float64{0, 2, 2.5}) {
		t.Errorf("medians %v", got)
	}
}
