package hub_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/foundation/secret"
)

// authority is the configuration of a TLS server, and the certificate to trust
// for it.
func authority(t *testing.T) (*tls.Config, []byte) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.StartTLS()
	defer s.Close()
	conf := s.TLS.Clone()
	conf.NextProtos = nil // HTTP/1.1, which is what the scripts speak
	return conf, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

// frontOf serves TLS and passes the bytes on to the server at url. It returns
// its address.
func frontOf(t *testing.T, conf *tls.Config, url string) string {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", conf)
	if err != nil {
		t.Fatal(err)
	}
	accept(t, l, func(c net.Conn) {
		if err := c.(*tls.Conn).Handshake(); err != nil {
			return
		}
		pipe(c, c, strings.TrimPrefix(url, "http://"))
	})
	return l.Addr().String()
}

// proxyWith is an HTTP proxy that wants a password and makes tunnels. It
// returns its address and a count of the tunnels.
func proxyWith(t *testing.T, user, password string) (string, func() int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	tunnels := 0
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	accept(t, l, func(c net.Conn) {
		br := bufio.NewReader(c)
		req, err := http.ReadRequest(br)
		if err != nil {
			return
		}
		if req.Method != http.MethodConnect || req.Header.Get("Proxy-Authorization") != want {
			_, _ = io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
			return
		}
		mu.Lock()
		tunnels++
		mu.Unlock()
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
		pipe(c, br, req.Host)
	})
	return l.Addr().String(), func() int {
		mu.Lock()
		defer mu.Unlock()
		return tunnels
	}
}

// accept gives each connection of l to serve, until the test ends.
func accept(t *testing.T, l net.Listener, serve func(net.Conn)) {
	var work sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			work.Go(func() { defer func() { _ = c.Close() }(); serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		work.Wait()
	})
}

// pipe passes bytes between c (read through from) and the server at address.
func pipe(c net.Conn, from io.Reader, address string) {
	up, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	var work sync.WaitGroup
	work.Go(func() { _, _ = io.Copy(c, up); _ = c.Close() })
	_, _ = io.Copy(up, from)
	_ = up.Close()
	work.Wait()
}

// pair is a client certificate, signed by itself.
func pair(t *testing.T) (chain []byte, key secret.String) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw})))
}
