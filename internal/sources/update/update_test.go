package update_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/sources/update"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// sign makes a version file of what is to be said.
func sign(key ed25519.PrivateKey, says string) []byte {
	const heading = "gatewatch-version 1\n"
	return []byte(heading + base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(heading+says))) + "\n" + says)
}

func at(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }

func TestOnlyASignedFileIsBelieved(t *testing.T) {
	public, private, _ := ed25519.GenerateKey(nil)
	_, other, _ := ed25519.GenerateKey(nil)
	good := fmt.Sprintf(`{"version":"1.2.3","at":%q,"notes":"https://example.com/new"}`, at(-time.Hour))
	r, err := update.Read(sign(private, good), public, now, now.Add(-2*time.Hour))
	if err != nil || r.Version != "1.2.3" || r.Notes != "https://example.com/new" {
		t.Fatalf("%+v, %v", r, err)
	}
	for name, c := range map[string]struct {
		raw    []byte
		before time.Time
		want   error
	}{
		"of another key":    {sign(other, good), time.Time{}, update.ErrSignature},
		"altered":           {[]byte(strings.Replace(string(sign(private, good)), "1.2.3", "1.2.4", 1)), time.Time{}, update.ErrSignature},
		"an older one":      {sign(private, good), now, update.ErrReplayed},
		"from the future":   {sign(private, fmt.Sprintf(`{"version":"1.2.3","at":%q}`, at(25*time.Hour))), time.Time{}, update.ErrFuture},
		"expired":           {sign(private, fmt.Sprintf(`{"version":"1.2.3","at":%q,"until":%q}`, at(-time.Hour), at(-time.Second))), time.Time{}, update.ErrExpired},
		"no version":        {sign(private, fmt.Sprintf(`{"version":"newest","at":%q}`, at(0))), time.Time{}, update.ErrForm},
		"without a time":    {sign(private, `{"version":"1.2.3"}`), time.Time{}, update.ErrForm},
		"not JSON":          {sign(private, "1.2.3"), time.Time{}, update.ErrForm},
		"a page":            {[]byte("<html>\n</html>\n"), time.Time{}, update.ErrForm},
		"nothing":           {nil, time.Time{}, update.ErrForm},
		"without signature": {[]byte("gatewatch-version 1\n\n" + good), time.Time{}, update.ErrSignature},
	} {
		if r, err := update.Read(c.raw, public, now, c.before); !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	script := sign(private, fmt.Sprintf(`{"version":"1.2.3","at":%q,"notes":"javascript:alert(1)"}`, at(0)))
	if r, err := update.Read(script, public, now, time.Time{}); err != nil || r.Notes != "" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestVersionsAreOrdered(t *testing.T) {
	order := []string{"0.1.0-dev.9", "0.1.0-dev.521", "0.1.0-rc", "0.1.0", "0.1.1-dev.5", "0.1.1", "0.2.0", "0.10.0", "1.0.0"}
	for i, a := range order {
		for j, b := range order {
			if got := update.Compare(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
}

func TestWhatAnAddressMayGive(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("text")) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 65<<10)) })
	mux.Handle("/there", http.RedirectHandler("http://elsewhere.example/secret?path", http.StatusFound))
	server := httptest.NewServer(mux)
	defer server.Close()
	if raw, err := update.Fetch(t.Context(), server.Client(), server.URL+"/file"); err != nil || string(raw) != "text" {
		t.Errorf("%q, %v", raw, err)
	}
	for path, want := range map[string]error{"/large": update.ErrLarge, "/there": update.ErrRedirect, "/nothing": update.ErrStatus} {
		if raw, err := update.Fetch(t.Context(), server.Client(), server.URL+path); !errors.Is(err, want) {
			t.Errorf("%s: %d bytes, %v", path, len(raw), err)
		}
	}
}
