package hub_test

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// TestClasses has what can be wrong, and how it is sorted.
func TestClasses(t *testing.T) {
	answer := func(status int, body string, headers ...string) hubtest.Script {
		return func(x *hubtest.Exchange) { x.Answer(status, body, headers...) }
	}
	tests := []struct {
		name   string
		script hubtest.Script
		class  hub.Class
		state  hub.State
		cause  string // a part of it
	}{
		{"401", answer(401, ""), hub.ClassAuth, hub.Failed, "does not accept this key"},
		{"403", answer(403, ""), hub.ClassForbidden, hub.Failed, "may not use"},
		{"a ban", answer(403, `{"error":"IP is banned due to excessive failed authentication attempts","statusCode":403}`), hub.ClassForbidden, hub.Failed, "banned by the gateway for up to 30 min after wrong keys, not necessarily ours"},
		{"404", answer(404, ""), hub.ClassMisconfigured, hub.Failed, "Nothing is found"},
		{"400", answer(400, ""), hub.ClassMisconfigured, hub.Failed, "status 400"},
		{"429", answer(429, "", "Retry-After: 1"), hub.ClassRateLimited, hub.Connecting, "too often"},
		{"500", answer(500, ""), hub.ClassGatewayDown, hub.Connecting, "status 500"},
		{"503", answer(503, ""), hub.ClassGatewayDown, hub.Connecting, "status 503"},
		{"302", answer(302, "", "Location: /elsewhere"), hub.ClassMisconfigured, hub.Failed, "status 302"},
		{"error", answer(200, `{"error":"not with `+key+`"}`), hub.ClassMisconfigured, hub.Failed, "not with [secret]"},
		{"a page", answer(200, "<html>"), hub.ClassMisconfigured, hub.Failed, "not SignalR"},
		{"no id", answer(200, `{"negotiateVersion":1,"availableTransports":[]}`), hub.ClassMisconfigured, hub.Failed, "no connection in it"},
		{"no transport", answer(200, `{"connectionId":"1","availableTransports":[{"transport":"Pigeons","transferFormats":["Text"]}]}`), hub.ClassMisconfigured, hub.Failed, "no transport"},
		{"endless redirect", func(x *hubtest.Exchange) { x.Answer(200, `{"url":"`+x.Server.URL+`/x","accessToken":"t0ken"}`) }, hub.ClassMisconfigured, hub.Failed, "more than 10"},
		{"reset", func(x *hubtest.Exchange) { x.Reset() }, hub.ClassNetwork, hub.Connecting, ""},
		{"closed", func(x *hubtest.Exchange) { x.Drop() }, hub.ClassNetwork, hub.Connecting, ""},
		{"silent", func(x *hubtest.Exchange) { x.Hang() }, hub.ClassNetwork, hub.Connecting, "in time"},
		{"ws 401", func(x *hubtest.Exchange) {
			if x.IsNegotiate() {
				x.Negotiated("WebSockets", "ServerSentEvents")
				return
			}
			x.Answer(401, "")
		}, hub.ClassAuth, hub.Failed, ""},
		{"handshake refused", func(x *hubtest.Exchange) {
			if x.IsNegotiate() {
				x.Negotiated()
				return
			}
			s := x.Accept()
			s.Read()
			s.Send(`{"error":"The protocol 'json' is not supported."}` + hubtest.End)
			s.Drain()
		}, hub.ClassMisconfigured, hub.Failed, "protocol 'json' is not supported"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := hubtest.Start(t, tt.script)
			o := fast(srv.URL + "/hubs/x")
			o.NegotiateTimeout = 300 * time.Millisecond
			r := start(t, o, nil)
			eventually(t, "the second attempt", func() bool { return r.Stats().Attempts >= 2 })
			var got hub.Status
			for _, s := range r.told() {
				if s.Class != "" {
					got = s
					break
				}
			}
			if got.Class != tt.class || got.State != tt.state || !strings.Contains(got.Cause, tt.cause) || got.NextAt.IsZero() || got.Attempt != 2 {
				t.Errorf("status %+v", got)
			}
			r.never(hub.Connected)
		})
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	url := "http://" + l.Addr().String() + "/hubs/x"
	_ = l.Close()
	r := start(t, fast(url), nil)
	eventually(t, "gateway down", func() bool { return r.Status().Class == hub.ClassGatewayDown })
}

// TestRefusedKey has a key that is refused until another is given.
func TestRefusedKey(t *testing.T) {
	var good atomic.Bool
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		if x.IsNegotiate() && x.Request.Header.Get("Authorization") != "Bearer good-key" {
			x.Answer(401, "")
			return
		}
		hubtest.Sockets(func(s *hubtest.Socket, _ int) { s.Drain() })(x)
	})
	o := fast(srv.URL + "/hubs/x")
	o.AuthRetry = time.Hour
	o.Token = func(context.Context) (secret.String, error) {
		if good.Load() {
			return secret.New("good-key"), nil
		}
		return secret.New(key), nil
	}
	r := start(t, o, nil)
	eventually(t, "auth", func() bool { return r.Status().Class == hub.ClassAuth })
	if next := time.Until(r.Status().NextAt); next < 50*time.Minute {
		t.Errorf("the refused key is tried again in %v", next)
	}
	good.Store(true)
	r.ConnectNow()
	r.connected()
	if n := srv.Count("negotiate"); n != 2 {
		t.Errorf("%d negotiations", n)
	}
}

// TestRefreshedKey has a token source that gives another key right after the refusal.
func TestRefreshedKey(t *testing.T) {
	var calls atomic.Int32
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		if x.Request.Header.Get("Authorization") != "Bearer fresh-key" {
			x.Answer(401, "")
			return
		}
		hubtest.Sockets(func(s *hubtest.Socket, _ int) { s.Drain() })(x)
	})
	o := fast(srv.URL + "/hubs/x")
	o.AuthRetry = time.Hour
	o.Token = func(context.Context) (secret.String, error) {
		if calls.Add(1) > 1 {
			return secret.New("fresh-key"), nil
		}
		return secret.New(key), nil
	}
	start(t, o, nil).connected()
}

// TestMissingHub tells "no such hub" from "wrong address" by what else is there.
func TestMissingHub(t *testing.T) {
	var there atomic.Bool
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		if strings.HasPrefix(x.Request.URL.Path, "/hubs/new") && !there.Load() {
			x.Answer(404, "")
			return
		}
		hubtest.Sockets(func(s *hubtest.Socket, _ int) { s.Drain() })(x)
	})
	env, err := hub.NewEnvironment(hub.NetworkOptions{})
	if err != nil {
		t.Fatal(err)
	}
	missing := fast(srv.URL + "/hubs/new")
	missing.HTTP, missing.UnsupportedRetry, missing.FaultRetry = env, time.Hour, time.Hour
	m := start(t, missing, nil)
	eventually(t, "misconfigured", func() bool { return m.Status().Class == hub.ClassMisconfigured })
	other := fast(srv.URL + "/hubs/old")
	other.HTTP = env
	o := start(t, other, nil)
	o.connected()
	eventually(t, "unsupported, once another hub is there", func() bool { return m.Status().Class == hub.ClassUnsupported })
	there.Store(true)
	o.Reconnect()
	m.connected()
}

func TestRetryAfterIsKept(t *testing.T) {
	srv := hubtest.Start(t, func(x *hubtest.Exchange) { x.Answer(503, "", "Retry-After: 120") })
	r := start(t, fast(srv.URL+"/hubs/x"), nil)
	eventually(t, "gateway down", func() bool { return r.Status().Class == hub.ClassGatewayDown })
	if d := time.Until(r.Status().NextAt); d < 119*time.Second || d > 133*time.Second {
		t.Errorf("next attempt in %v", d)
	}
}

func TestTLS(t *testing.T) {
	raw := hubtest.Sockets(func(s *hubtest.Socket, _ int) { s.Send(hubtest.Event("Hello", "[]")); s.Drain() })
	inner := hubtest.Start(t, raw)
	conf, ca := authority(t)
	front := frontOf(t, conf, inner.URL)

	t.Run("unknown authority", func(t *testing.T) {
		r := start(t, fast("https://"+front+"/hubs/x"), nil)
		eventually(t, "tls", func() bool { s := r.Status(); return s.Class == hub.ClassTLS && s.State == hub.Failed })
	})
	t.Run("not TLS", func(t *testing.T) {
		r := start(t, fast("https://"+strings.TrimPrefix(inner.URL, "http://")+"/hubs/x"), nil)
		eventually(t, "no TLS", func() bool { return r.Status().Class == hub.ClassNoTLS })
	})
	t.Run("own authority", func(t *testing.T) {
		env, err := hub.NewEnvironment(hub.NetworkOptions{RootCA: ca})
		if err != nil {
			t.Fatal(err)
		}
		o := fast("https://" + front + "/hubs/x")
		o.HTTP = env
		r := start(t, o, nil)
		r.connected()
		eventually(t, "the event", func() bool { return len(r.got()) == 1 })
	})
	t.Run("client certificate", func(t *testing.T) {
		asking := conf.Clone()
		asking.ClientAuth = tls.RequireAnyClientCert
		own := frontOf(t, asking, inner.URL)
		env, err := hub.NewEnvironment(hub.NetworkOptions{RootCA: ca})
		if err != nil {
			t.Fatal(err)
		}
		o := fast("https://" + own + "/hubs/x")
		o.HTTP = env
		r := start(t, o, nil)
		eventually(t, "tls", func() bool { return r.Status().Class == hub.ClassTLS })
		chain, keyPEM := pair(t)
		if o.HTTP, err = hub.NewEnvironment(hub.NetworkOptions{RootCA: ca, ClientCert: chain, ClientKey: keyPEM}); err != nil {
			t.Fatal(err)
		}
		start(t, o, nil).connected()
	})
}

func TestEnvironmentRefusesNonsense(t *testing.T) {
	for name, o := range map[string]hub.NetworkOptions{
		"proxy":       {Proxy: "ftp://user:" + key + "@host"},
		"proxy 2":     {Proxy: "http://%zz" + key},
		"authority":   {RootCA: []byte("none")},
		"certificate": {ClientCert: []byte("none"), ClientKey: secret.New(key)},
	} {
		if _, err := hub.NewEnvironment(o); err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, url := range []string{"", "hubs/x", "ftp://h/x", "http://h/hubs/x/negotiate", "http://%zz/" + key} {
		if _, err := hub.New(fast(url)); err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("%q: %v", url, err)
		}
	}
	o := fast("http://h/hubs/x")
	o.ServerTimeout, o.Transports = 0, []hub.Transport{"Pigeons"}
	_, err := hub.New(o)
	if err == nil || !strings.Contains(err.Error(), "ServerTimeout") || !strings.Contains(err.Error(), "Pigeons") {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff([]hub.Transport{hub.WebSockets, hub.ServerSentEvents, hub.LongPolling}, hub.DefaultOptions().Transports); diff != "" {
		t.Error(diff)
	}
}

// TestAMissingHubWithoutNegotiation: "not found" is then no forgotten
// connection, but a hub that the gateway does not have.
func TestAMissingHubWithoutNegotiation(t *testing.T) {
	srv := hubtest.Start(t, func(x *hubtest.Exchange) {
		if !x.IsSocket() || x.Request.URL.Path != "/hubs/there" {
			x.Answer(404, "")
			return
		}
		if s := x.Accept(); s.Shake() {
			s.Drain()
		}
		x.Drop()
	})
	env, err := hub.NewEnvironment(hub.NetworkOptions{})
	if err != nil {
		t.Fatal(err)
	}
	hubs := map[string]*run{}
	for _, path := range []string{"there", "missing"} {
		o := fast(srv.URL + "/hubs/" + path)
		o.HTTP, o.SkipNegotiation, o.Transports = env, true, []hub.Transport{hub.WebSockets}
		hubs[path] = start(t, o, nil)
		if path == "there" {
			hubs[path].connected()
		}
	}
	eventually(t, "it is known to be missing", func() bool {
		s := hubs["missing"].Status()
		return s.State == hub.Failed && s.Class == hub.ClassUnsupported
	})
}
