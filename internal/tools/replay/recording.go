package replay

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The gateways that were recorded.
const (
	Head = "head" // commit 7c3fd76a, August 2025
	July = "july" // commit 33329b14, June 2025
)

// Recording is one scenario: what was sent and asked on one time line.
type Recording struct {
	Gateway string    `json:"gateway"` // Head or July
	Name    string    `json:"scenario"`
	Start   time.Time `json:"start"` // when T was zero, to about 10 ms
	Lines   []Line    `json:"-"`     // by T
	// Rest are the gateway's answers outside of scenarios.
	Rest []Call `json:"-"`
}

// Line is one thing that happened. Exactly one of In, Note, Call and Close is
// set.
type Line struct {
	T    int64  `json:"t"`             // milliseconds since the start
	Conn string `json:"hub,omitempty"` // the connection, as the recorder named it
	In   string `json:"in,omitempty"`  // a frame that the hub sent, exactly, without its end
	Note string `json:"note,omitempty"`
	// Close is the code with which the connection's socket closed; 1006 is
	// without a closing frame.
	Close int   `json:"close,omitempty"`
	Call  *Call `json:"call,omitempty"`
}

// Call is a request and its answer. A negotiation has the Line's Conn set.
type Call struct {
	Host   string          `json:"host"` // "core" or "admin"
	Method string          `json:"method"`
	Path   string          `json:"path"`          // with the query
	Key    string          `json:"key,omitempty"` // of Authorization or X-API-Key
	Status int             `json:"status"`        // 0: no answer
	MS     float64         `json:"ms,omitempty"`  // until the answer
	Ask    json.RawMessage `json:"ask,omitempty"` // the request's body
	Answer string          `json:"answer,omitempty"`
	// At is when it was asked in a live recording, in milliseconds.
	At int64 `json:"-"`
}

// Bare is the path without its query.
func (c *Call) Bare() string {
	path, _, _ := strings.Cut(c.Path, "?")
	return path
}

// Cut reports whether the recorder kept only the beginning of an answer in JSON.
func (c *Call) Cut() bool {
	return c.Answer != "" && strings.Contains("[{", c.Answer[:1]) && !json.Valid([]byte(c.Answer))
}

// IsNegotiate reports whether a hub connection is asked for.
func (c *Call) IsNegotiate() bool { return strings.HasSuffix(c.Bare(), "/negotiate") }

// folder is where the recordings are: below the module's root, which is above
// the folder that a test runs in.
func folder() string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	return filepath.Join(dir, "internal", "tools", "replay", "testdata")
}

// Load reads all scenarios of a gateway, in the order of their names.
func Load(gateway string) ([]*Recording, error) {
	f, err := os.Open(filepath.Join(folder(), gateway+".jsonl.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", gateway, err)
	}
	all, err := read(z)
	if err == nil && len(all) == 0 {
		err = errors.New("no scenarios")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", gateway, err)
	}
	return all, nil
}

// read takes the file apart: {"rest":…} lines, then for each scenario its head
// and its lines.
func read(from io.Reader) (all []*Recording, err error) {
	var rest []Call
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		b := lines.Bytes()
		switch {
		case strings.HasPrefix(string(b), `{"rest"`):
			var l struct{ Rest Call }
			if err := json.Unmarshal(b, &l); err != nil {
				return nil, err
			}
			rest = append(rest, l.Rest)
		case strings.HasPrefix(string(b), `{"gateway"`):
			r := &Recording{}
			if err := json.Unmarshal(b, r); err != nil {
				return nil, err
			}
			all = append(all, r)
		case len(all) == 0:
			return nil, errors.New("a line before the first scenario")
		default:
			var l Line
			if err := json.Unmarshal(b, &l); err != nil {
				return nil, err
			}
			r := all[len(all)-1]
			r.Lines = append(r.Lines, l)
		}
	}
	for _, r := range all {
		r.Rest = rest
	}
	return all, lines.Err()
}

// Find returns the scenario of a name.
func Find(all []*Recording, name string) *Recording {
	for _, r := range all {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Hub is what the connection of this name was to: the last part of the hub's
// path ("spend") and the key that it used; both "" if it never asked.
func (r *Recording) Hub(conn string) (hub, key string) {
	for i := range r.Lines {
		if c := r.Lines[i].Call; c != nil && r.Lines[i].Conn == conn && c.IsNegotiate() {
			return HubOf(c.Bare()), c.Key
		}
	}
	return "", ""
}

// Again repeats at another time what was answered within a second of read to
// requests of paths that begin so.
func (r *Recording) Again(prefix string, read, at int64) {
	var more []Line
	for _, l := range r.Lines {
		if l.Call != nil && strings.HasPrefix(l.Call.Path, prefix) && l.T >= read && l.T < read+1000 {
			l.T = at
			more = append(more, l)
		}
	}
	r.Lines = append(r.Lines, more...)
	slices.SortStableFunc(r.Lines, func(a, b Line) int { return cmp.Compare(a.T, b.T) })
}

// HubOf is the hub's name in a path: "/hubs/spend/negotiate" is "spend".
func HubOf(path string) string {
	return strings.TrimSuffix(strings.TrimPrefix(path, "/hubs/"), "/negotiate")
}

// Conns are the names of the connections, in the order of their first lines.
func (r *Recording) Conns() (names []string) {
	seen := map[string]bool{}
	for i := range r.Lines {
		if c := r.Lines[i].Conn; c != "" && !seen[c] {
			seen[c] = true
			names = append(names, c)
		}
	}
	return names
}
