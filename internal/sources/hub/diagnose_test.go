package hub_test

import (
	"bytes"
	"errors"
	"net/url"
	"testing"
	"time"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// once makes a hub that does not run.
func once(t *testing.T, o hub.Options) *hub.Hub {
	t.Helper()
	h, err := hub.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAskNegotiatesOnce(t *testing.T) {
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		x.Answer(200, `{"negotiateVersion":1,"connectionId":"c","connectionToken":"t","availableTransports":[`+
			`{"transport":"WebSockets","transferFormats":["Text"]},{"transport":"ServerSentEvents","transferFormats":["Binary"]}]}`,
			"Content-Type: application/json", "Date: Sun, 22 Nov 2026 23:07:36 GMT")
	})
	base, _ := settled()
	a := once(t, fast(srv.URL+"/hubs/x")).Negotiate(t.Context())
	eventually(t, "no connection is left", func() bool { n, _ := settled(); return n <= base })
	if a.Err != nil || a.Class != "" || a.Status != 200 || a.Type != "application/json" || a.Took <= 0 || a.Asked.IsZero() {
		t.Errorf("answer %+v", a)
	}
	if len(a.Offered) != 1 || a.Offered[0] != hub.WebSockets || "http://"+a.Host != srv.URL {
		t.Errorf("offered %v by %q", a.Offered, a.Host)
	}
	if want := time.Date(2026, 11, 22, 23, 7, 36, 0, time.UTC); !a.Date.Equal(want) {
		t.Errorf("date %v", a.Date)
	}
	if n := len(srv.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestAskKeepsWhatIsNoAnswer(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		class  hub.Class
	}{
		{"a page", 200, "<html><title>Welcome</title>", hub.ClassMisconfigured},
		{"refused", 401, `{"error":"Invalid or missing API key"}`, hub.ClassAuth},
		{"nothing there", 404, "nothing", hub.ClassMisconfigured},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := hubtest.Start(t, func(x *hubtest.Exchange) { x.Answer(tt.status, tt.body, "Content-Type: text/html") })
			a := once(t, fast(srv.URL+"/hubs/x")).Negotiate(t.Context())
			if a.Class != tt.class || a.Cause == "" || a.Err == nil || a.Status != tt.status || string(a.Sample) != tt.body {
				t.Errorf("answer %+v, body %q", a, a.Sample)
			}
		})
	}
	srv := hubtest.Start(t, func(x *hubtest.Exchange) { x.Answer(500, string(bytes.Repeat([]byte("x"), 5000))) })
	if a := once(t, fast(srv.URL+"/hubs/x")).Negotiate(t.Context()); len(a.Sample) != 1<<10 {
		t.Errorf("kept %d bytes", len(a.Sample))
	}
}

func TestTryTellsHowFarItGot(t *testing.T) {
	for _, tt := range []struct {
		name  string
		live  func(s *hubtest.Socket, nth int)
		class hub.Class
	}{
		{"works", alive, ""},
		{"ended for good", func(s *hubtest.Socket, _ int) { s.Send(`{"type":7}` + hubtest.End); s.Drain() }, hub.ClassRejected},
		{"ended with a reason", func(s *hubtest.Socket, _ int) {
			s.Send(hubtest.Event("First", "[1]"), `{"type":7,"error":"because","allowReconnect":true}`+hubtest.End)
			s.Drain()
		}, hub.ClassServerClosed},
		{"reset", func(s *hubtest.Socket, _ int) { s.Reset() }, hub.ClassNetwork},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := hubtest.Start(t, hubtest.Sockets(tt.live))
			base, _ := settled()
			got := once(t, fast(srv.URL+"/hubs/x")).TryTransport(t.Context(), hub.WebSockets)
			if got.Class != tt.class || (got.Err == nil) != (tt.class == "") || (got.Cause == "") != (tt.class == "") {
				t.Errorf("trial %+v", got)
			}
			if got.Negotiate <= 0 || got.Open <= 0 || got.Handshake <= 0 || (got.RoundTrip > 0) != (tt.class == "") {
				t.Errorf("times %+v", got)
			}
			eventually(t, "nothing is left", func() bool { n, _ := settled(); return n <= base })
		})
	}
}

func TestTryEndsWithItsContext(t *testing.T) {
	srv := hubtest.Start(t, func(x *hubtest.Exchange) { x.Hang() })
	o := fast(srv.URL + "/hubs/x")
	o.NegotiateTimeout = 50 * time.Millisecond
	if got := once(t, o).TryTransport(t.Context(), hub.WebSockets); got.Class != hub.ClassNetwork || got.Open != 0 {
		t.Errorf("trial %+v", got)
	}
	offers := hubtest.Start(t, func(x *hubtest.Exchange) { x.Negotiated() })
	got := once(t, fast(offers.URL+"/hubs/x")).TryTransport(t.Context(), hub.LongPolling)
	if got.Class != hub.ClassUnsupported || !errors.Is(got.Err, hub.ErrNotOffered) {
		t.Errorf("trial %+v", got)
	}
}

func TestASPNETTry(t *testing.T) {
	p := hubtest.StartPeer(t, "--log", "Debug")
	for _, tr := range every {
		if got := once(t, fast(p.URL+"/hubs/spend?snapshot=1")).TryTransport(t.Context(), tr); got.Err != nil || got.RoundTrip <= 0 {
			t.Errorf("%s: %+v", tr, got)
		}
	}
	o := fast(p.URL + "/hubs/spend")
	o.ConnectedAfter = 300 * time.Millisecond
	as(&o, "flagged-1")
	if got := once(t, o).TryTransport(t.Context(), hub.LongPolling); got.Class != hub.ClassRejected && got.Class != hub.ClassNetwork {
		t.Errorf("without balance: %+v", got)
	}
	if got := once(t, o).TryTransport(t.Context(), hub.WebSockets); got.Class != hub.ClassRejected {
		t.Errorf("without balance: %+v", got)
	}
	innocent(t, p)
}

func TestProxyOfAnAddress(t *testing.T) {
	at := &url.URL{Scheme: "https", Host: "gateway.example.com"}
	for setting, want := range map[string]string{"direct": "", "http://proxy.example.com:3128": "http://proxy.example.com:3128"} {
		env, err := hub.NewEnvironment(hub.NetworkOptions{Proxy: setting})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if u, err := env.Proxy(at); err != nil {
			t.Error(err)
		} else if u != nil {
			got = u.String()
		}
		if got != want {
			t.Errorf("%q: %q", setting, got)
		}
		if env.TLS().MinVersion == 0 {
			t.Error("no least version of TLS")
		}
	}
}
