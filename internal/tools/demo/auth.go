package demo

import (
	"net/http"
	"strings"
)

// area is which of the gateway's two processes a hub belongs to.
type area string

// The areas; each has its own key.
const (
	core  area = "core"
	admin area = "admin"
)

// credential finds the key that a request carries, in the order of the real
// gateway: a query parameter counts before headers, even an empty one.
func credential(r *http.Request, a area) string {
	q := r.URL.Query()
	for _, name := range []string{"access_token", "api_key"} {
		if q.Has(name) {
			return q.Get(name)
		}
	}
	if a == admin {
		if k := r.Header.Get("X-Master-Key"); k != "" {
			return k
		}
	}
	if k, ok := cutFold(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(k)
	}
	return r.Header.Get("X-API-Key")
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}
