package hub_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// step is one thing that a real ASP.NET Core server did, as recorded.
type step struct {
	Scenario string
	Message  string // of WebSockets
	Chunk    string // of an event stream
	Close    int    // the closing frame's code
	TCP      string // "fin", "error" (RST) or "closed"
}

// recorded are the recordings of testdata, by scenario.
func recorded(t *testing.T) map[string][]step {
	t.Helper()
	f, err := os.Open("testdata/recorded.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	out := map[string][]step{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s step
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		out[s.Scenario] = append(out[s.Scenario], s)
	}
	return out
}

// play does what was recorded to the first connection; later ones live on.
func play(steps []step) hubtest.Script {
	stream := steps[0].Chunk != ""
	return func(x *hubtest.Exchange) {
		switch {
		case x.IsNegotiate() && stream:
			x.Negotiated("ServerSentEvents")
		case x.IsNegotiate():
			x.Negotiated()
		case x.IsSocket():
			s := x.Accept()
			if x.Nth > 1 {
				s.Shake()
				s.Drain()
				return
			}
			playSocket(s, steps)
			x.Drop()
		case x.Request.Method == "GET" && x.Nth > 1:
			gone, _ := openStream(x)
			<-gone
		case x.Request.Method == "GET":
			gone := x.Gone()
			x.Raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
			for _, s := range steps {
				x.Raw(s.Chunk)
				time.Sleep(2 * time.Millisecond)
			}
			x.Drop()
			<-gone
		default:
			x.Answer(200, "")
		}
	}
}

func playSocket(s *hubtest.Socket, steps []step) {
	_, _ = s.Read() // the handshake
	if !strings.HasPrefix(steps[0].Message, "{}") && !strings.HasPrefix(steps[0].Message, `{"error"`) {
		s.Send("{}" + hubtest.End)
	}
	for _, st := range steps {
		switch {
		case st.Message != "":
			s.Send(st.Message)
		case st.Close != 0:
			s.Close(st.Close)
			s.Drain()
		case st.TCP == "error":
			time.Sleep(200 * time.Millisecond) // what was sent is lost otherwise
			s.Reset()
		case st.TCP == "fin":
			return
		}
	}
	time.Sleep(200 * time.Millisecond)
}

// TestRecordedFrames plays what a real server sent.
func TestRecordedFrames(t *testing.T) {
	numbered := []string{"Numbered [0]", "Numbered [1]", "Numbered [2]"}
	tests := map[string]struct {
		class  hub.Class
		events []string
		ids    uint64 // completions of calls that we did not make
	}{
		"flagged key, filter aborts before next (OnConnectedAsync of the hub not run)": {hub.ClassRejected, nil, 0},
		"Context.Abort() in hub OnConnectedAsync after a snapshot":                     {hub.ClassRejected, []string{`Snapshot [{"id":"WOOIGWrmSuI5gR4TGfPGkw"}]`}, 0},
		"Context.Abort() 300 ms after connect":                                         {hub.ClassRejected, nil, 0},
		"plain exception in OnConnectedAsync":                                          {hub.ClassServerClosed, nil, 0},
		"HubException in OnConnectedAsync":                                             {hub.ClassServerClosed, nil, 0},
		"handshake unknown protocol":                                                   {hub.ClassMisconfigured, nil, 0},
		"handshake never sent (HandshakeTimeout 15 s default)":                         {hub.ClassMisconfigured, nil, 0},
		"token expires after 3 s, CloseOnAuthenticationExpiration=true":                {hub.ClassServerClosed, nil, 0},
		"SIGTERM, client never answers the ws close frame":                             {hub.ClassNetwork, nil, 0},
		"AllowStatefulReconnects=true, not asked in negotiate, handshake version 2":    {hub.ClassNetwork, append(numbered[:3:3], "Numbered [3]", "Numbered [4]"), 1},
		"asked in negotiate, handshake version 2, drop TCP, resume with same token":    {hub.ClassNetwork, append(numbered[:3:3], "Numbered [2]", "WhileAway [1]"), 3},
		"event with many types, default JSON options":                                  {hub.ClassNetwork, []string{"Shapes"}, 1},
		"SSE: full sequence": {hub.ClassServerClosed, numbered, 2},
		"SSE: hub aborts":    {hub.ClassRejected, nil, 0},
	}
	all := recorded(t)
	if len(all) != len(tests) {
		t.Errorf("%d recordings, %d expectations", len(all), len(tests))
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := hubtest.Start(t, play(all[name]))
			r := start(t, fast(srv.URL+"/hubs/x"), nil)
			var class hub.Class
			eventually(t, "a second connection", func() bool { // SSE negotiates twice for one
				for _, s := range r.told() {
					if class == "" {
						class = s.Class
					}
				}
				return class != "" && len(r.why()) >= 1 && srv.Count("negotiate") >= 2 && r.Status().State == hub.Connected
			})
			if class != tt.class {
				t.Errorf("class %s", class)
			}
			got := r.got()
			if name == "event with many types, default JSON options" {
				for i := range got { // the payload is whole, and the gateway's business
					target, args, _ := strings.Cut(got[i], " ")
					if !json.Valid([]byte(args)) || len(args) < 1000 {
						t.Errorf("arguments %s", args)
					}
					got[i] = target
				}
			}
			if diff := cmp.Diff(tt.events, got); diff != "" {
				t.Error(diff)
			}
			if st := r.Stats(); st.UnknownID != tt.ids {
				t.Errorf("%d completions that nobody waits for", st.UnknownID)
			}
		})
	}
}
