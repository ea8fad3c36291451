package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gatewatch/internal/foundation/secret"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// masterKey is what no error, log or event of these tests may show.
const masterKey = "mk-2b9c55e1d07f4a68"

// serve starts a server and a client of it.
func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return client(t, srv.URL)
}

func client(t *testing.T, base string) *Client {
	t.Helper()
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	c, err := NewClient(ClientOptions{Base: base, Key: secret.New(masterKey), HTTP: &http.Client{Transport: tr}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestGetSendsTheKey(t *testing.T) {
	for _, bearer := range []bool{false, true} {
		var got http.Header
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.Header
			fmt.Fprintf(w, "%s?%s", r.URL.Path, r.URL.RawQuery)
		})
		c.opts.Bearer = bearer
		body, err := c.Get(t.Context(), "/api/Analytics/logs?page=2")
		if err != nil || string(body) != "/api/Analytics/logs?page=2" {
			t.Fatalf("%q, %v", body, err)
		}
		if bearer && got.Get("Authorization") != "Bearer "+masterKey || !bearer && got.Get("X-Master-Key") != masterKey {
			t.Errorf("bearer %v: headers %v", bearer, got)
		}
	}
}

func TestOneRefusalStopsEverything(t *testing.T) {
	var n atomic.Int32
	good := secret.New("mk-the-right-one")
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		if r.Header.Get("X-Master-Key") != good.Reveal() {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"Invalid or missing API key","statusCode":401}`)
			return
		}
		fmt.Fprint(w, "[]")
	})
	for range 5 {
		if _, err := c.Get(t.Context(), "/api/VirtualKeys"); !errors.Is(err, ErrUnauthorized) {
			t.Fatal(err)
		}
		c.SetKey(secret.New(masterKey)) // the same key is no other key
	}
	if n.Load() != 1 || c.Requests() != 1 {
		t.Fatalf("%d requests, want one", n.Load())
	}
	c.SetKey(good)
	if _, err := c.Get(t.Context(), "/api/VirtualKeys"); err != nil || n.Load() != 2 {
		t.Fatalf("with the right key: %v, %d requests", err, n.Load())
	}
}

func TestWithoutAKeyNothingIsAsked(t *testing.T) {
	var n atomic.Int32
	c := serve(t, func(http.ResponseWriter, *http.Request) { n.Add(1) })
	c.SetKey(secret.String{})
	if _, err := c.Get(t.Context(), "/x"); !errors.Is(err, ErrNoKey) || n.Load() != 0 {
		t.Fatalf("%v, %d requests", err, n.Load())
	}
}

func TestAnswersThatAreErrors(t *testing.T) {
	const ban = `{"error":"IP is banned due to excessive failed authentication attempts","statusCode":403}`
	cases := []struct {
		name   string
		status int
		header string
		body   string
		tries  int32
		want   StatusError
	}{
		{"not found", 404, "", "", 1, StatusError{Status: 404}},
		{"banned", 403, "", ban, 1, StatusError{Status: 403, Banned: true}},
		{"forbidden", 403, "", "no", 1, StatusError{Status: 403}},
		{"too many", 429, "60", "", 1, StatusError{Status: 429, RetryAfter: time.Minute}},
		{"down", 500, "", "An unexpected error occurred.", 3, StatusError{Status: 500}},
		{"down for a while", 503, "30", "", 1, StatusError{Status: 503, RetryAfter: 30 * time.Second}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var n atomic.Int32
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				n.Add(1)
				w.Header().Set("Retry-After", tc.header)
				w.WriteHeader(tc.status)
				fmt.Fprint(w, tc.body)
			})
			_, err := c.Get(t.Context(), "/x")
			got, ok := errors.AsType[*StatusError](err)
			if !ok || *got != tc.want || n.Load() != tc.tries {
				t.Fatalf("%v (%+v) after %d requests, want %+v after %d", err, got, n.Load(), tc.want, tc.tries)
			}
			if NotFound(err) != (tc.status == 404) {
				t.Errorf("NotFound(%v) is wrong", err)
			}
		})
	}
}

func TestARepeatSucceeds(t *testing.T) {
	var n atomic.Int32
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) == 1 {
			w.WriteHeader(502)
			return
		}
		fmt.Fprint(w, "[]")
	})
	if body, err := c.Get(t.Context(), "/x"); err != nil || string(body) != "[]" {
		t.Fatalf("%q, %v", body, err)
	}
}

func TestACallThatHangsEnds(t *testing.T) {
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c.opts.Timeout = 100 * time.Millisecond
	_, err := c.Get(t.Context(), "/x")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

func TestABigAnswerIsNotRead(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 1001)) })
	c.opts.MaxBody = 1000
	if _, err := c.Get(t.Context(), "/x"); !errors.Is(err, ErrTooBig) {
		t.Fatal(err)
	}
}

func TestErrorsShowNoKeyAndNoAddress(t *testing.T) {
	c := client(t, "http://127.0.0.1:1")
	c.opts.Timeout = 50 * time.Millisecond
	_, err := c.Get(t.Context(), "/api/VirtualKeys")
	text := fmt.Sprintf("%v %+v %#v", err, err, c.opts.Key)
	if err == nil || strings.Contains(text, masterKey) || strings.Contains(text, "VirtualKeys") {
		t.Fatal(text)
	}
}

func TestTheAddressIsChecked(t *testing.T) {
	for _, base := range []string{"", "gateway:5002", "ftp://x", "http://user:pass@host", "http://%zz"} {
		if _, err := NewClient(ClientOptions{Base: base}); err == nil {
			t.Errorf("%q was accepted", base)
		} else if strings.Contains(err.Error(), "pass@") {
			t.Errorf("%q shows a password", err)
		}
	}
}
