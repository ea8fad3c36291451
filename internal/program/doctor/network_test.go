package doctor

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/sources/hub"
)

// closedPort is an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// accepting gives each connection to serve until the test ends.
func accepting(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() { defer func() { _ = c.Close() }(); serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); work.Wait() })
	return l.Addr().String()
}

// silent never answers; it ends when the other side does.
func silent(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// lateNames is a resolver whose server does not answer in time.
var lateNames = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
	return nil, os.ErrDeadlineExceeded
}}

// nameServer answers every question with this code of DNS (3: no such name).
// It returns a resolver that asks only it.
func nameServer(t *testing.T, code int) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			if n < 12 {
				continue
			}
			answer := append([]byte(nil), buf[:n]...)
			answer[2], answer[3] = 0x81, 0x80|byte(code) //nolint:gosec // of four bits
			_, _ = pc.WriteTo(answer, from)
		}
	})
	t.Cleanup(func() { _ = pc.Close(); work.Wait() })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

func TestNames(t *testing.T) {
	g := gatewayAt("https://gateway.example.com", "")
	r := look(t, Options{Gateways: []Gateway{g}, names: nameServer(t, 3)})
	expect(t, r, "Core API/name: critical name_unknown", "Core API/connect: skipped", "Core API/clock: skipped",
		"Admin API/address: info address_none", "Admin API/kind: skipped")
	if f := find(t, r, "Core API/hubs"); f.Because != "name" {
		t.Errorf("skipped because of %q", f.Because)
	}
	if r.Exit() != 20 {
		t.Errorf("exit status %d", r.Exit())
	}
	r = look(t, Options{Gateways: []Gateway{g}, names: lateNames})
	expect(t, r, "Core API/name: critical name_timeout")
}

func TestNobodyListens(t *testing.T) {
	at := closedPort(t)
	r := look(t, Options{Gateways: []Gateway{gatewayAt("http://"+at, "https://"+at)}})
	expect(t, r, "Core API/connect: critical refused", "Core API/negotiate: skipped",
		"Admin API/connect: critical refused", "Admin API/tls: skipped", "a whole/addresses: ok")
	if f := find(t, r, "Core API/connect"); !strings.Contains(f.Text, at) {
		t.Errorf("says %q", f.Text)
	}
}

// TestNoConnection has failures that cannot be staged on one machine.
func TestNoConnection(t *testing.T) {
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	h := &planeDiagnosis{u: &url.URL{Scheme: "http", Host: "gateway.example.com"}}
	for _, tt := range []struct {
		ctx  context.Context
		err  error
		code string
	}{
		{late, context.DeadlineExceeded, "timeout"},
		{t.Context(), &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, "unreachable"},
		{t.Context(), &net.OpError{Op: "dial", Err: syscall.ENETUNREACH}, "unreachable"},
		{t.Context(), &net.OpError{Op: "dial", Err: errors.New("odd")}, "connect_fails"},
	} {
		if f := h.notReached(tt.ctx, tt.err); f.Code != tt.code || f.Result != Critical || !f.stops {
			t.Errorf("%v is %+v", tt.err, f)
		}
	}
}

func TestNobodyAnswers(t *testing.T) {
	at := accepting(t, silent)
	began := time.Now()
	r := look(t, Options{Gateways: []Gateway{gatewayAt("http://"+at, "https://"+at)}, Limit: 200 * time.Millisecond})
	expect(t, r, "Core API/connect: ok", "Core API/negotiate: critical timeout", "Core API/transport: skipped",
		"Admin API/tls: critical tls_timeout", "Admin API/kind: skipped")
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("took %v", d)
	}
}

// authority signs certificates.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t}
	a.key = a.newKey()
	a.cert = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Corp CA", Organization: []string{"Corp"}}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-1000 * time.Hour), NotAfter: time.Now().Add(10_000 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, a.key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *authority) newKey() *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	return k
}

// pem is what to trust.
func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// sign makes a certificate for a name or 127.0.0.1, valid from and until then.
func (a *authority) sign(host string, from, until time.Duration) tls.Certificate {
	a.t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "gateway \x1b[31mred"},
		NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(until),
	}
	if ip := net.ParseIP(host); ip != nil {
		c.IPAddresses = []net.IP{ip}
	} else {
		c.DNSNames = []string{host}
	}
	key := a.newKey()
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// serveTLS serves with a certificate and returns the address.
func serveTLS(t *testing.T, cert tls.Certificate, h http.Handler) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // it tells of every refusal
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

func TestCertificates(t *testing.T) {
	ca := newAuthority(t)
	const year = 8760 * time.Hour
	for _, tt := range []struct {
		name, host  string
		from, until time.Duration
		trusted     bool
		want        string
		says        string
	}{
		{"good", "127.0.0.1", -time.Hour, year, true, "ok", "trusted"},
		{"untrusted", "127.0.0.1", -time.Hour, year, false, "critical tls_untrusted", "Corp CA"},
		{"expired", "127.0.0.1", -year, -50 * time.Hour, true, "critical tls_expired", "2 days ago"},
		{"not yet", "127.0.0.1", 24 * time.Hour, year, true, "critical tls_not_yet", "valid only from"},
		{"wrong host", "other.example.com", -time.Hour, year, true, "critical tls_wrong_host", "not for 127.0.0.1"},
		{"soon", "127.0.0.1", -time.Hour, 10*24*time.Hour + time.Hour, true, "warning tls_expires_soon", "10 days"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at := serveTLS(t, ca.sign(tt.host, tt.from, tt.until), http.NotFoundHandler())
			g := gatewayAt(at, "")
			if tt.trusted {
				g.Config.Network.RootCA = ca.pem()
			}
			r := look(t, Options{Gateways: []Gateway{g}})
			expect(t, r, "Core API/tls: "+tt.want)
			f := find(t, r, "Core API/tls")
			if !strings.Contains(f.Text, tt.says) {
				t.Errorf("says %q", f.Text)
			}
			if f.detail("for") != tt.host || !strings.Contains(f.detail("chain 1"), "issued by CN=Corp CA,O=Corp") {
				t.Errorf("details %v", f.Details)
			}
			if neg := find(t, r, "Core API/negotiate"); (neg.Result == Skipped) != strings.HasPrefix(tt.want, "critical") {
				t.Errorf("negotiate is %+v", neg)
			}
		})
	}
}

func TestTLSWhereThereIsNone(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := serveTLS(t, newAuthority(t).sign("127.0.0.1", -time.Hour, time.Hour), http.NotFoundHandler())
	r := look(t, Options{Gateways: []Gateway{gatewayAt("https"+strings.TrimPrefix(plain.URL, "http"), "http"+strings.TrimPrefix(secure, "https"))}})
	expect(t, r, "Core API/tls: critical tls_not_spoken", "Admin API/tls: ok", "Admin API/negotiate: critical tls_wanted")
}

// proxy answers CONNECT with status, and makes tunnels at 200.
func proxy(t *testing.T, status string, want string) string {
	return accepting(t, func(c net.Conn) {
		br := bufio.NewReader(c)
		req, err := http.ReadRequest(br)
		if err != nil {
			return
		}
		if want != "" && req.Header.Get("Proxy-Authorization") != want {
			status = "407 Proxy Authentication Required"
		}
		_, _ = io.WriteString(c, "HTTP/1.1 "+status+"\r\n\r\n")
		if !strings.HasPrefix(status, "200") {
			return
		}
		up, err := net.Dial("tcp", req.Host)
		if err != nil {
			return
		}
		defer func() { _ = up.Close() }()
		go func() { _, _ = io.Copy(up, br); _ = up.Close() }()
		_, _ = io.Copy(c, up)
	})
}

func TestProxies(t *testing.T) {
	ca := newAuthority(t)
	at := serveTLS(t, ca.sign("127.0.0.1", -time.Hour, 1000*time.Hour), http.NotFoundHandler())
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("me:p4ssword-of-proxy"))
	for _, tt := range []struct{ name, proxy, name2, want string }{
		{"tunnel", proxy(t, "200 OK", ""), "tls", "ok"},
		{"with password", "me:p4ssword-of-proxy@" + proxy(t, "200 OK", basic), "tls", "ok"},
		{"without password", proxy(t, "200 OK", basic), "tls", "critical proxy_login"},
		{"refuses", proxy(t, "403 Forbidden", ""), "tls", "critical proxy_refuses"},
		{"silent", accepting(t, silent), "tls", "critical proxy_timeout"},
		{"no proxy", accepting(t, func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-x\r\n") }), "tls", "critical proxy_fails"},
		{"not there", closedPort(t), "connect", "critical refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := gatewayAt(at, "")
			g.Config.Network = hub.NetworkOptions{Proxy: "http://" + tt.proxy, RootCA: ca.pem()}
			o := Options{Gateways: []Gateway{g}}
			if tt.name == "silent" {
				o.Limit = 200 * time.Millisecond
			}
			r := look(t, o)
			host := tt.proxy[strings.LastIndexByte(tt.proxy, '@')+1:]
			expect(t, r, "Core API/proxy: info proxy_used", "Core API/"+tt.name2+": "+tt.want)
			if f := find(t, r, "Core API/proxy"); !strings.Contains(f.Text, host) || strings.Contains(f.Text, "me:") {
				t.Errorf("says %q", f.Text)
			}
		})
	}
	g := gatewayAt(at, "")
	g.Config.Network.Proxy = "gopher://x"
	expect(t, look(t, Options{Gateways: []Gateway{g}}), "Test/settings: critical settings")
}

func TestAddresses(t *testing.T) {
	for base, want := range map[string]string{
		"":                                   "info address_none",
		"gateway.example.com":                "critical address_wrong",
		"https://me:secret@example.com":      "critical address_user",
		"http://127.0.0.1:1":                 "ok",
		"http://gateway.example.com":         "warning address_plain",
		"https://gateway.example.com/a path": "ok",
	} {
		h := &planeDiagnosis{gatewayDiagnosis: &gatewayDiagnosis{Gateway: Gateway{Production: true}}, plane: "core", base: base}
		f := h.address(t.Context())
		if got := strings.TrimSpace(string(f.Result) + " " + f.Code); got != want {
			t.Errorf("%q is %q", base, got)
		}
		if strings.Contains(f.Text, "secret") {
			t.Errorf("says %q", f.Text)
		}
	}
}

// TestEveryRowIsThere: whatever fails, each half has all its rows.
func TestEveryRowIsThere(t *testing.T) {
	at := closedPort(t)
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	want := []string{
		"address", "key", "proxy", "name", "connect", "tls", "negotiate", "transport-websockets",
		"transport-serversentevents", "transport-longpolling", "transport", "round-trip", "hubs", "clock",
	}
	for _, base := range []string{"", "http://" + at, srv.URL, "nonsense"} {
		r := look(t, Options{Gateways: []Gateway{gatewayAt(base, base)}})
		if diff := cmp.Diff(append(slices.Clip(want), "keys", "health"), sectionOf(t, r, "Core API").names()); diff != "" {
			t.Errorf("%q: %s", base, diff)
		}
		if diff := cmp.Diff(append(slices.Clip(want), "kind"), sectionOf(t, r, "Admin API").names()[:len(want)+1]); diff != "" {
			t.Errorf("%q: %s", base, diff)
		}
		if diff := cmp.Diff([]string{"addresses", "why-refused", "database", "redis", "event-bus", "coverage"}, sectionOf(t, r, "as a whole").names()); diff != "" {
			t.Errorf("%q: %s", base, diff)
		}
	}
}

func TestItEndsWithItsContext(t *testing.T) {
	at := accepting(t, silent)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	r := Run(ctx, Options{Machine: healthy(t), Gateways: []Gateway{gatewayAt("http://"+at, "http://"+at)}})
	if d := time.Since(began); d > 4*time.Second {
		t.Errorf("took %v", d)
	}
	expect(t, r, "Admin API/address: skipped", "as a whole/database: skipped")
	r = look(t, Options{Gateways: []Gateway{gatewayAt("http://"+at, "http://"+at)}, Whole: 50 * time.Millisecond})
	expect(t, r, "Admin API/address: skipped", "as a whole/redis: skipped")
}
