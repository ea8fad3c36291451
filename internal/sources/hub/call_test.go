package hub_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// echoing answers every call with its first argument, and keeps the ids.
func echoing(t *testing.T, ids *sync.Map) func(s *hubtest.Socket, nth int) {
	return func(s *hubtest.Socket, _ int) {
		for {
			m, err := s.ReadCall()
			if err != nil {
				return
			}
			for f := range strings.SplitSeq(strings.TrimSuffix(m, hubtest.End), hubtest.End) {
				var c struct {
					Type         int
					InvocationID string
					Target       string
					Arguments    []json.RawMessage
				}
				if err := json.Unmarshal([]byte(f), &c); err != nil || c.Arguments == nil && c.Type == 1 {
					t.Errorf("the server received %q", f)
				}
				if c.Type != 1 || c.InvocationID == "" || c.Target == "Never" {
					continue
				}
				if _, twice := ids.LoadOrStore(c.InvocationID, true); twice {
					t.Errorf("id %s came twice", c.InvocationID)
				}
				switch c.Target {
				case "Fail":
					s.Send(fmt.Sprintf(`{"type":3,"invocationId":%q,"error":"no, %s"}`+hubtest.End, c.InvocationID, key))
				case "Void":
					s.Send(fmt.Sprintf(`{"type":3,"invocationId":%q}`+hubtest.End, c.InvocationID))
				default:
					s.Send(fmt.Sprintf(`{"type":3,"invocationId":%q,"result":%s}`+hubtest.End, c.InvocationID, c.Arguments[0]))
				}
			}
		}
	}
}

func TestManyCalls(t *testing.T) {
	var ids sync.Map
	srv := hubtest.Start(t, hubtest.Sockets(echoing(t, &ids)))
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	r.connected()
	const callers = 64
	each := 50
	if long() {
		each = 1000
	}
	var work sync.WaitGroup
	for c := range callers {
		work.Go(func() {
			for i := range each {
				n := int64(math.MaxInt64) - int64(c*each+i)
				res, err := r.Invoke(t.Context(), "Echo", n)
				if err != nil || string(res) != fmt.Sprint(n) {
					t.Errorf("Echo %d gave %s, %v", n, res, err)
					return
				}
			}
		})
	}
	work.Wait()
	if st := r.Stats(); st.Calls != uint64(callers*each) || st.CallsFailed != 0 || st.Connects != 1 || st.BadFrames() != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestCallOutcomes(t *testing.T) {
	var ids sync.Map
	sockets := make(chan *hubtest.Socket, 1)
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
		sockets <- s
		echoing(t, &ids)(s, nth)
	}))
	o := fast(srv.URL + "/hubs/x")
	o.CallTimeout = 300 * time.Millisecond
	r := start(t, o, nil)
	r.connected()
	s := <-sockets

	var failed *hub.CallError
	if _, err := r.Invoke(t.Context(), "Fail"); !errors.As(err, &failed) || failed.Text != "no, [secret]" {
		t.Errorf("Fail gave %v", err)
	}
	if res, err := r.Invoke(t.Context(), "Void"); err != nil || string(res) != "null" {
		t.Errorf("Void gave %s, %v", res, err)
	}
	if _, err := r.Invoke(t.Context(), "Never"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a call without an answer gave %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.Invoke(ctx, "Never"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a call whose context ended gave %v", err)
	}
	eventually(t, "both are cancelled", func() bool {
		return strings.Count(strings.Join(s.Received(), ""), `"type":5`) == 2
	})
	if _, err := r.Invoke(t.Context(), "Bad", make(chan int)); err == nil {
		t.Error("a channel was sent as JSON")
	}
	if err := r.Send(t.Context(), "Hello", 1, "two", nil); err != nil {
		t.Errorf("Send: %v", err)
	}
	eventually(t, "the message", func() bool {
		return strings.Contains(strings.Join(s.Received(), ""), `{"type":1,"target":"Hello","arguments":[1,"two",null]}`+hubtest.End)
	})
	// Late answers are dropped and counted, nothing else.
	for id := range 4 {
		s.Send(fmt.Sprintf(`{"type":3,"invocationId":"w%d","result":1}`+hubtest.End, id+1))
	}
	eventually(t, "late answers", func() bool { return r.Stats().UnknownID == 4 })
	if n := srv.Count("socket"); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestCallsOfALostConnection(t *testing.T) {
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, nth int) {
		if nth == 1 {
			_, _ = s.ReadCall()
			s.Reset()
			return
		}
		s.Drain()
	}))
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	r.connected()
	if _, err := r.Invoke(t.Context(), "Never"); !errors.Is(err, hub.ErrConnectionLost) {
		t.Errorf("gave %v", err)
	}
	r.stop()
	if _, err := r.Invoke(t.Context(), "Never"); !errors.Is(err, hub.ErrNotConnected) {
		t.Errorf("gave %v", err)
	}
	if err := r.Send(t.Context(), "Never"); !errors.Is(err, hub.ErrNotConnected) {
		t.Errorf("gave %v", err)
	}
}

// TestCallsWhileConnecting has Connected make a call before the connection
// counts as connected.
func TestCallsWhileConnecting(t *testing.T) {
	var ids sync.Map
	srv := hubtest.Start(t, hubtest.Sockets(echoing(t, &ids)))
	o := fast(srv.URL + "/hubs/x")
	o.ConnectedAfter = 5 * time.Second
	result := make(chan string, 1)
	start(t, o, func(r *run) {
		r.onUp = func(ctx context.Context, h *hub.Hub, _ hub.ConnectInfo) error {
			res, err := h.Invoke(ctx, "Echo", "joined")
			result <- fmt.Sprint(string(res), err)
			return err
		}
	})
	if got := <-result; got != `"joined"<nil>` {
		t.Errorf("the call gave %s", got)
	}
}

// TestLibraryAnswers has the server ask for a client result, which nobody here
// gives: it is told so, and the events go on.
func TestLibraryAnswers(t *testing.T) {
	asked := make(chan string, 1)
	srv := hubtest.Start(t, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		s.Send(`{"type":1,"invocationId":"8","target":"GetNum","arguments":[]}` + hubtest.End + hubtest.Event("After", "[]"))
		m, _ := s.ReadCall()
		asked <- m
		s.Drain()
	}))
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	if got := <-asked; !strings.Contains(got, `"type":3`) || !strings.Contains(got, `"invocationId":"8"`) || !strings.Contains(got, "error") {
		t.Errorf("the server received %q", got)
	}
	eventually(t, "the event", func() bool { return len(r.got()) == 1 })
}

func TestLongestCall(t *testing.T) {
	var ids sync.Map
	srv := hubtest.Start(t, hubtest.Sockets(echoing(t, &ids)))
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	r.connected()
	overhead := len(`{"type":1,"target":"Echo","arguments":[""]}` + hubtest.End)
	if err := r.Send(t.Context(), "Echo", strings.Repeat("x", 32768-overhead)); err != nil {
		t.Errorf("32,768 bytes: %v", err)
	}
	if err := r.Send(t.Context(), "Echo", strings.Repeat("x", 32769-overhead)); !errors.Is(err, hub.ErrCallTooBig) {
		t.Errorf("32,769 bytes: %v", err)
	}
}
