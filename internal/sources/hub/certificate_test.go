package hub

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
)

// certified makes a server's chain: its own certificate for names, signed by an
// authority of its own.
func certified(t *testing.T, name string, from, to time.Time) tls.Certificate {
	t.Helper()
	make1 := func(tmpl, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if parent == nil {
			parent, signer = tmpl, key
		}
		raw, err := x509.CreateCertificate(rand.Reader, tmpl, parent, &key.PublicKey, signer)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			t.Fatal(err)
		}
		return c, key
	}
	ca, caKey := make1(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Our authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, nil)
	leaf, key := make1(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: from, NotAfter: to,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, ca, caKey)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw, ca.Raw}, PrivateKey: key}
}

func TestOnlyAMissingAuthorityCanBeTrusted(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		host     string
		from, to time.Time
		want     Trouble
	}{
		"unknown authority": {"localhost", now.Add(-time.Hour), now.Add(time.Hour), TroubleAuthority},
		"another host":      {"other.example.com", now.Add(-time.Hour), now.Add(time.Hour), TroubleHost},
		"expired":           {"localhost", now.Add(-2 * time.Hour), now.Add(-time.Hour), TroubleExpired},
		"not yet":           {"localhost", now.Add(time.Hour), now.Add(2 * time.Hour), TroubleExpired},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
			s.TLS = &tls.Config{Certificates: []tls.Certificate{certified(t, c.host, c.from, c.to)}, MinVersion: tls.VersionTLS12}
			s.StartTLS()
			defer s.Close()
			u, err := url.Parse(strings.Replace(s.URL, "127.0.0.1", "localhost", 1))
			if err != nil {
				t.Fatal(err)
			}
			env, err := NewEnvironment(NetworkOptions{Proxy: "direct"})
			if err != nil {
				t.Fatal(err)
			}
			got, err := env.Certificates(t.Context(), u)
			if err != nil || got.Trouble != c.want || (got.Authority != nil) != (c.want == TroubleAuthority) || len(got.Chain) != 2 {
				t.Fatalf("%q, authority %v, %v; want %q", got.Trouble, got.Authority, err, c.want)
			}
			if asked > 0 {
				t.Error("something was sent to a server that is not trusted")
			}
			if got.Authority == nil {
				return
			}
			env, err = NewEnvironment(NetworkOptions{Proxy: "direct", RootCA: PEM(got.Authority)})
			if err != nil {
				t.Fatal(err)
			}
			if again, err := env.Certificates(t.Context(), u); err != nil || again.Trouble != TroubleNone {
				t.Errorf("trusted, it is still %q, %v", again.Trouble, err)
			}
		})
	}
}

// TestWhyNoCertificateIsSeenIsSaid: what is in the way is the network or the
// server, and is named, not taken for a fault inside Gatewatch.
func TestWhyNoCertificateIsSeenIsSaid(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	env, err := NewEnvironment(NetworkOptions{Proxy: "direct"})
	if err != nil {
		t.Fatal(err)
	}
	for server, want := range map[*httptest.Server]string{plain: text.CauseNoTLS, gone: text.CauseNobodyListens} {
		u, err := url.Parse(strings.Replace(server.URL, "http:", "https:", 1))
		if err != nil {
			t.Fatal(err)
		}
		if c, err := env.Certificates(t.Context(), u); len(c.Chain) > 0 || err == nil || fault.Of(err).Message != want {
			t.Errorf("%v, %v; want %q", c.Chain, err, want)
		}
	}
}

func TestAProxyThatCannotBeReadIsNamedAndNotGoneAround(t *testing.T) {
	for value, bad := range map[string]bool{
		"": false, "proxy:3128": false, "http://user:pw@proxy:3128": false, "socks5://proxy:1080": false,
		"http://[::1": true, "ftp://secret@proxy:21": true, "http://": true, ":3128": true,
	} {
		err := checkProxyEnvironment(func(name string) string {
			if name == "https_proxy" {
				return value
			}
			return ""
		})
		if (err != nil) != bad || bad && (!strings.Contains(err.Error(), "https_proxy") || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestAProxysLoginIsSaidPlainly(t *testing.T) {
	for challenge, want := range map[string]string{
		"Basic realm=x": "HTTPS_PROXY=", "NTLM": "NTLM, which Gatewatch cannot do", "Negotiate": "Negotiate, which Gatewatch cannot do",
	} {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Proxy-Authenticate", challenge)
			w.WriteHeader(http.StatusProxyAuthRequired)
		}))
		env, err := NewEnvironment(NetworkOptions{Proxy: proxy.URL})
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{"http://gateway.example.com/", "https://gateway.example.com/"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			res, err := env.Client().Do(req)
			if res != nil {
				_ = res.Body.Close()
			}
			h := &Hub{}
			if v := h.classifyNetwork(err); !strings.Contains(v.cause, want) {
				t.Errorf("%s of %s: %q, %v", challenge, address, v.cause, err)
			}
		}
		proxy.Close()
	}
}
