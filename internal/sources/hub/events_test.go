package hub_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/sources/hub/hubtest"
)

func TestEventsArriveInOrder(t *testing.T) {
	for _, perMessage := range []int{1, 50} {
		for _, inline := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d per message, inline %v", perMessage, inline), func(t *testing.T) {
				const n = 20_000
				srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
					var b strings.Builder
					for i := range n {
						b.WriteString(numbered(i))
						if (i+1)%perMessage == 0 {
							s.Send(b.String())
							b.Reset()
						}
					}
					s.Drain()
				}))
				o := fast(srv.URL + "/hubs/x")
				o.Inline = inline
				r := start(t, o, nil)
				eventually(t, "all events", func() bool { return r.Stats().Events == n && len(r.got()) == n })
				for i, e := range r.got() {
					if want := fmt.Sprintf("Numbered [%d]", i); e != want {
						t.Fatalf("event %d is %q", i, e)
					}
				}
				if got := r.Stats().ByTarget["Numbered"]; got != n {
					t.Errorf("counted %d by target", got)
				}
			})
		}
	}
}

// TestOddFrames has everything that a server should not send, and some that
// it may. The connection stays, and nothing is sent because of it.
func TestOddFrames(t *testing.T) {
	frames := []string{
		hubtest.Event("Unknown", `[1]`),
		hubtest.Event("taskSubscribed", `["case is kept"]`),
		hubtest.Event("b.c-d", `[{"a":"]}","b":"\\\""}]`),
		`{"type":1,"target":"Spaced", "arguments": [ 1 , 2 ] }`,
		`{"arguments":["order"],"target":"Turned","type":1}`,
		`{"type":1,"target":"Ids","arguments":[7],"streamIds":["1"]}`,
		`{"type":1,"target":"NullId","invocationId":null,"arguments":[8]}`,
		`{"type":1,"target":"Headers","headers":{"a":"b"},"arguments":[9]}`,
		`{"type":1,"target":"Escaped\u0041","arguments":["\u001e"]}`,
		`{"type":1,"target":"panic","arguments":[]}`,
		`{"type":1,"target":"NoArguments"}`,
		`{"type":1,"arguments":[1]}`,
		`{"type":1,"target":"Object","arguments":{}}`,
		`{"type":1,"target":"Broken","arguments":[1}`,
		`{"type":8,"sequenceId":3}`, `{"type":9,"sequenceId":1}`, `{"type":42}`,
		`{"type":"6"}`, `{}`, `[]`, `null`, `{`, ``, "\ufeff{}", "\xff\xfe",
		`{"type":3,"invocationId":"17","result":1}`, `{"type":3,"invocationId":"w99","result":1}`,
		`{"type":2,"invocationId":"1","item":1}`,
		strings.Repeat("[", 10_000), `{"type":1,"target":"Deep","arguments":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`,
		hubtest.Event("Last", `[]`),
	}
	var socket *hubtest.Socket
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		socket = s
		for i, f := range frames {
			if i%2 == 0 { // also several in a message
				s.Send(strings.TrimSuffix(f, hubtest.End) + hubtest.End + hubtest.Ping)
				continue
			}
			s.Send(strings.TrimSuffix(f, hubtest.End) + hubtest.End)
		}
		s.Drain()
	}))
	o := fast(srv.URL + "/hubs/x")
	o.KeepAlive = 100 * time.Millisecond
	r := start(t, o, func(r *run) {
		r.onEvent = func(target string, _ []byte) {
			if target == "panic" {
				panic("on purpose")
			}
		}
	})
	eventually(t, "the last event", func() bool { g := r.got(); return len(g) > 0 && g[len(g)-1] == "Last []" })
	time.Sleep(500 * time.Millisecond) // some pings of ours
	want := []string{
		"Unknown [1]", `taskSubscribed ["case is kept"]`, `b.c-d [{"a":"]}","b":"\\\""}]`, "Spaced [ 1 , 2 ]",
		`Turned ["order"]`, "Ids [7]", "NullId [8]", "Headers [9]", `EscapedA ["\u001e"]`,
		"Deep " + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), "Last []",
	}
	if diff := cmp.Diff(want, r.got()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	st := r.Stats()
	got := []uint64{st.Malformed, st.Empty, st.UnknownType, st.UnknownID, st.Panics, st.Connects}
	if diff := cmp.Diff([]uint64{12, 1, 3, 3, 1, 1}, got); diff != "" {
		t.Errorf("malformed, empty, unknown type, unknown id, panics, connects (-want +got):\n%s", diff)
	}
	for _, m := range socket.Received()[1:] {
		if m != hubtest.Ping {
			t.Errorf("the server received %q", m)
		}
	}
	if len(socket.Received()) < 3 {
		t.Errorf("the server received no pings: %q", socket.Received())
	}
}

func TestEventInTheHandshakesMessage(t *testing.T) {
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		if x.IsNegotiate() {
			x.Negotiated()
			return
		}
		s := x.Accept()
		first := hubtest.Event("Snapshot", `["first"]`)
		second := hubtest.Event("Snapshot", `["second"]`)
		s.Shake(first, second[:20])
		s.Send(second[20:])
		s.Drain()
	})
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	eventually(t, "both events", func() bool { return len(r.got()) == 2 })
	if diff := cmp.Diff([]string{`Snapshot ["first"]`, `Snapshot ["second"]`}, r.got()); diff != "" {
		t.Error(diff)
	}
}

func TestFragmentsAndBigBatches(t *testing.T) {
	var batch strings.Builder
	for i := range 214 {
		fmt.Fprintf(&batch, `{"type":1,"target":"Numbered","arguments":[%d,"%s"]}`+"\x1e", i, strings.Repeat("x", 260))
	}
	long := hubtest.Event("Long", `["`+strings.Repeat("y", 100_000)+`"]`)
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		s.Send(batch.String())
		s.SendFragments(long, 4096)
		for _, part := range []string{long[:1], long[1:50_000], long[50_000 : len(long)-1], long[len(long)-1:]} {
			s.Send(part) // a frame over several messages
		}
		s.Drain()
	}))
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	eventually(t, "all events", func() bool { return len(r.got()) == 216 })
	for _, e := range r.got()[214:] {
		if e != "Long "+`["`+strings.Repeat("y", 100_000)+`"]` {
			t.Errorf("an event came as %.80q, %d bytes", e, len(e))
		}
	}
}
