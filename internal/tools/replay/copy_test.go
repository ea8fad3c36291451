package replay

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// copyFrom is the folder with the recordings as they were made, which has one
// folder for each gateway. With it TestCopy makes testdata anew:
//
//	go test ./internal/tools/replay -run TestCopy -args -from DIR
var copyFrom = flag.String("from", "", "folder of the recordings to copy")

var folders = map[string]string{Head: "gateway-7c3fd76a", July: "gateway-33329b14"}

func TestCopy(t *testing.T) {
	if *copyFrom == "" {
		t.Skip("nothing to copy: -from is not given")
	}
	for gateway, dir := range folders {
		var out bytes.Buffer
		z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		put := func(v any) {
			b, err := marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := z.Write(b); err != nil {
				t.Fatal(err)
			}
		}
		copyRest(t, filepath.Join(*copyFrom, dir, "rest"), put)
		copyScenarios(t, gateway, filepath.Join(*copyFrom, dir, "scenarios"), put)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("testdata", gateway+".jsonl.gz"), out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", gateway, out.Len())
	}
}

// marshal keeps < and > as they are, so that frames stay readable.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(pattern)
	if err != nil || len(list) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(list), err)
	}
	slices.Sort(list)
	return list
}

func copyRest(t *testing.T, dir string, put func(any)) {
	for _, file := range files(t, dir+"/*.json") {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		host, _, _ := strings.Cut(name, "-")
		if strings.Contains(name, "metrics") || strings.Contains(name, "swagger") || host != "core" && host != "admin" {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var a struct {
			Request struct {
				Method, Path string
				Headers      map[string]string
				Body         json.RawMessage
			}
			Status  int
			Latency float64 `json:"latency_ms"`
			Body    json.RawMessage
			Raw     string `json:"body_raw"`
		}
		if err := json.Unmarshal(b, &a); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		c := Call{
			Host: host, Method: a.Request.Method, Path: a.Request.Path, Key: keyOf(a.Request.Headers),
			Status: a.Status, MS: a.Latency, Ask: a.Request.Body, Answer: a.Raw,
		}
		if c.Answer == "" {
			c.Answer = textOf(a.Body)
		}
		put(map[string]any{"rest": c})
	}
}

// textOf is a body: text as it is, JSON without spaces.
func textOf(body json.RawMessage) string {
	var s string
	if json.Unmarshal(body, &s) == nil {
		return s
	}
	var b bytes.Buffer
	if json.Compact(&b, body) != nil || b.String() == "null" {
		return ""
	}
	return b.String()
}

func keyOf(headers map[string]string) string {
	for name, v := range headers {
		switch strings.ToLower(name) {
		case "authorization":
			return strings.TrimPrefix(v, "Bearer ")
		case "x-api-key", "x-master-key":
			return v
		}
	}
	return ""
}

func copyScenarios(t *testing.T, gateway, dir string, put func(any)) {
	for _, file := range files(t, dir+"/*.jsonl") {
		lines := readRecorded(t, file)
		put(Recording{Gateway: gateway, Name: strings.TrimSuffix(filepath.Base(file), ".jsonl"), Start: startOf(t, lines)})
		for i := range lines {
			if l, keep := lineOf(&lines[i]); keep {
				put(l)
			}
		}
	}
}

func readRecorded(t *testing.T, file string) (lines []recorded) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 4<<20)
	for s.Scan() {
		var r recorded
		if err := json.Unmarshal(s.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		lines = append(lines, r)
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	return lines
}

func lineOf(r *recorded) (l Line, keep bool) {
	l = Line{T: int64(r.T), Conn: r.Hub}
	switch {
	case r.WS != "":
		l.Close = r.Code
	case r.Dir == "in":
		l.In = r.Frame
	case r.Dir == "note" && r.Hub == "":
		l.Note = r.Note
	case r.Dir == "http":
		host, _, _ := strings.Cut(r.Host, "#")
		if host == "" {
			host = "core"
			if strings.Contains(r.Path, "admin-notifications") {
				host = "admin"
			}
		}
		l.Call = &Call{Host: host, Method: r.Method, Path: r.Path, Key: keyOf(r.Asked), Status: r.Status, MS: r.MS, Ask: r.Ask, Answer: r.Answer}
		if r.Hub != "" || host == "core" && r.Method != "GET" {
			l.Call.Answer = ""
		}
	default:
		return l, false
	}
	return l, l != Line{T: l.T, Conn: l.Conn}
}

// startOf is when t_ms was zero: nothing came before it was sent, so the latest
// of all "sent at" minus "came at" is it. Dates of headers are in whole
// seconds, cut off.
func startOf(t *testing.T, lines []recorded) (start time.Time) {
	later := func(at time.Time, came float64) {
		if s := at.Add(-time.Duration(came * float64(time.Millisecond))); s.After(start) {
			start = s
		}
	}
	for i := range lines {
		r := &lines[i]
		if at, err := time.Parse(time.RFC1123, r.Headers["date"]); err == nil {
			later(at, r.T+r.MS)
		}
		if r.Dir == "in" {
			for _, m := range stamp.FindAllStringSubmatch(r.Frame, -1) {
				if at, err := time.Parse(time.RFC3339Nano, m[1]); err == nil {
					later(at, r.T)
				}
			}
		}
		if r.Dir == "http" && r.Method == "GET" && strings.HasPrefix(r.Path, "/api/SystemInfo/health") {
			if m := stamp.FindStringSubmatch(r.Answer); m != nil {
				if at, err := time.Parse(time.RFC3339Nano, m[1]); err == nil {
					later(at, r.T+r.MS)
				}
			}
		}
	}
	if start.IsZero() { // the lines say no time
		start = time.Date(2026, 11, 23, 0, 2, 0, 0, time.UTC)
	}
	return start.UTC().Truncate(time.Millisecond)
}
