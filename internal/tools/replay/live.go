package replay

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// liveFolder is where live recordings are, below a folder named shared that
// lies beside the checkout or further up.
var liveFolder = filepath.Join("shared", "fixtures", "gateway-7c3fd76a", "live")

// LiveFolder is the folder of the live recordings, looked for upward from the
// working directory; "" if there is none.
func LiveFolder() string {
	dir, err := os.Getwd()
	for err == nil {
		if p := filepath.Join(dir, liveFolder); isFolder(p) {
			return p
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
	return ""
}

func isFolder(p string) bool {
	s, err := os.Stat(p)
	return err == nil && s.IsDir()
}

// Live is a recording by somebody who stood in the place of a monitor: every
// list and the parts every few seconds, and all hubs, before, during and after
// a cause.
type Live struct {
	Name  string
	Start time.Time // when T was zero

	answers map[string][]Call // by keyOfCall, in order of At
	frames  map[string][]Line // what each hub sent, by hub
	lost    []Outage          // when Core refused connections
	last    int64
}

// Cause is what the recorder did to the gateway, and what is to be told of it.
type Cause struct {
	File     string `json:"file"`
	Cause    string `json:"cause"`
	Entity   string `json:"entity"`
	BeginMS  int64  `json:"begin_ms"`
	EndMS    int64  `json:"end_ms"`
	SeenWell int64  `json:"seen_well_ms"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Tell     any    `json:"tell"` // true, false or "at most"
	TellEnd  bool   `json:"tell_end"`
}

// LiveCauses reads what the recorder did in all live recordings.
func LiveCauses(dir string) (all []Cause, err error) {
	b, err := os.ReadFile(filepath.Join(dir, "causes.json"))
	if err != nil {
		return nil, err
	}
	return all, json.Unmarshal(b, &all)
}

// recorded is a line as it was recorded. Frames and answers are kept exactly;
// what was sent, headers and the texts of chats are left out.
type recorded struct {
	T       float64           `json:"t_ms"`
	Hub     string            `json:"hub"`
	Dir     string            `json:"dir"`
	Frame   string            `json:"frame"`
	Note    string            `json:"note"`
	WS      string            `json:"ws"`
	Code    int               `json:"code"`
	Host    string            `json:"host"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Status  int               `json:"status"`
	MS      float64           `json:"ms"`
	Headers map[string]string `json:"headers"`
	Asked   map[string]string `json:"request_headers"`
	Ask     json.RawMessage   `json:"request_body"`
	Answer  string            `json:"response"`
}

// stamp finds when a frame says that it was made.
var stamp = regexp.MustCompile(`"timestamp":"([^"]+Z)"`)

// liveLine is a line of a live recording.
type liveLine struct {
	recorded
	Same  bool   `json:"same"`
	Error string `json:"error"`
}

// LoadLive reads one live recording.
func LoadLive(dir, name string) (*Live, error) {
	lines, err := readLive(filepath.Join(dir, name+".jsonl"))
	if err != nil {
		return nil, err
	}
	l := &Live{Name: name, answers: map[string][]Call{}, frames: map[string][]Line{}, Start: liveStart(lines)}
	for i := range lines {
		l.add(&lines[i])
	}
	l.refuse(lines)
	return l, nil
}

func readLive(file string) (lines []liveLine, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 4<<20)
	answers := map[string]string{}
	for s.Scan() {
		var r liveLine
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if k := r.Host + r.Method + r.Path; r.Same {
			r.Answer = answers[k]
		} else if r.Dir == "http" {
			answers[k] = r.Answer
		}
		lines = append(lines, r)
	}
	slices.SortStableFunc(lines, func(a, b liveLine) int { return cmp.Compare(a.T, b.T) })
	return lines, s.Err()
}

// add takes in a line.
func (l *Live) add(r *liveLine) {
	l.last = max(l.last, int64(r.T))
	switch {
	case r.Dir == "http" && r.Hub == "":
		c := Call{
			Host: r.Host, Method: r.Method, Path: r.Path, Status: r.Status, MS: r.MS, Ask: r.Ask, Answer: r.Answer, At: int64(r.T),
		}
		l.answers[keyOfCall(&c)] = append(l.answers[keyOfCall(&c)], c)
	case r.Dir == "in" && strings.HasPrefix(r.Frame, `{"type":1,`):
		l.frames[r.Hub] = append(l.frames[r.Hub], Line{T: int64(r.T), Conn: r.Hub, In: r.Frame})
	}
}

// refuse finds when Core's process was gone: from its sockets' end without a
// word until it answered again.
func (l *Live) refuse(lines []liveLine) {
	from := int64(-1)
	for i := range lines {
		r := &lines[i]
		switch {
		case r.WS != "" && r.Code == 1006 && from < 0:
			from = int64(r.T)
		case from >= 0 && r.Host == "core" && r.Status != 0:
			l.lost = append(l.lost, Outage{Component: ComponentCore, From: from, To: int64(r.T)})
			from = -1
		}
	}
}

// liveStart is when T was zero: nothing came before it was sent, so the latest
// of all "sent at" minus "came at" is it.
func liveStart(lines []liveLine) (start time.Time) {
	for i := range lines {
		r := lines[i] // a copy
		said := r.Frame
		if strings.HasPrefix(r.Path, "/api/SystemInfo/health") && !r.Same {
			said, r.T = r.Answer, r.T+r.MS
		}
		for _, m := range stamp.FindAllStringSubmatch(said, -1) {
			if at, err := time.Parse(time.RFC3339Nano, m[1]); err == nil {
				start = latest(start, at.Add(-time.Duration(r.T*float64(time.Millisecond))))
			}
		}
		if at, err := time.Parse(time.RFC1123, r.Headers["date"]); err == nil {
			start = latest(start, at.Add(-time.Duration((r.T+r.MS)*float64(time.Millisecond))))
		}
	}
	return start
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// at is what was answered at a time to what is asked: the newest answer before
// it, or the first of all; next is the one behind it, if any.
func (l *Live) at(key string, ms int64) (c Call, next *Call, known bool) {
	all := l.answers[key]
	if len(all) == 0 {
		return c, nil, false
	}
	i, found := slices.BinarySearchFunc(all, ms, func(c Call, ms int64) int { return cmp.Compare(c.At, ms) })
	if !found {
		i = max(i-1, 0)
	}
	if i+1 < len(all) {
		next = &all[i+1]
	}
	return all[i], next, true
}

// rowsUntil are the rows of all answers to what is asked until a time, newest
// first; also those of answers that the recorder cut.
func (l *Live) rowsUntil(key string, ms int64) (t table) {
	seen := map[string]bool{}
	for i, c := range l.answers[key] {
		if c.At > ms && i > 0 {
			break
		}
		for _, row := range slices.Backward(wholeRows(c.Answer)) {
			if id := row.get("id"); !seen[id] {
				seen[id] = true
				t = append(t, row)
			}
		}
	}
	slices.Reverse(t)
	return t
}

// wholeRows are the rows of a list, of which the end may have been cut off.
func wholeRows(body string) (t table) {
	_, list, ok := strings.Cut(body, "[")
	if !ok {
		return nil
	}
	d := json.NewDecoder(strings.NewReader("[" + list))
	if _, err := d.Token(); err != nil {
		return nil
	}
	for d.More() {
		var b json.RawMessage
		if d.Decode(&b) != nil {
			break
		}
		if r, ok := parseRow(b); ok {
			t = append(t, r)
		}
	}
	return t
}
