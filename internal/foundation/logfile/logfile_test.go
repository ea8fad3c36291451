package logfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/foundation/logfile"
)

func open(t *testing.T, opt logfile.Options) *logfile.File {
	t.Helper()
	f, err := logfile.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// contents reads the files of a folder, by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name()] = string(text)
	}
	return got
}

func TestRotation(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	opt := logfile.Options{Path: filepath.Join(dir, "g.log"), MaxBytes: 10, Keep: 2}
	f := open(t, opt)
	for _, line := range []string{"one\n", "two\n", "three\n", "four\n", "a line that is longer than a file\n", "six\n"} {
		if n, err := f.Write([]byte(line)); n != len(line) || err != nil {
			t.Fatalf("%q: %d, %v", line, n, err)
		}
	}
	want := map[string]string{"g.log": "six\n", "g.1.log": "a line that is longer than a file\n", "g.2.log": "four\n"}
	if diff := cmp.Diff(want, contents(t, dir)); diff != "" {
		t.Error(diff)
	}
	// Windows has no such bits: what is in a user's folder is that user's.
	if info, err := os.Stat(opt.Path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others can read the log: %v, %v", info.Mode(), err)
	}
}

func TestAFullFileIsSetAsideAtStart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "g.log")
	if err := os.WriteFile(path, []byte("0123456789\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := logfile.Open(logfile.Options{Path: path, MaxBytes: 100})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil { // one that is open cannot be set aside on Windows
		t.Fatal(err)
	}
	if got := contents(t, dir); len(got) != 1 {
		t.Errorf("a file that is not full was set aside: %v", got)
	}
	open(t, logfile.Options{Path: path, MaxBytes: 10})
	if diff := cmp.Diff(map[string]string{"g.log": "", "g.1.log": "0123456789\n"}, contents(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestARotationThatFailsLosesNoLine(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "g.log")
	// A folder with something in it stands where the full file should go.
	if err := os.MkdirAll(filepath.Join(dir, "g.1.log", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	f := open(t, logfile.Options{Path: path, MaxBytes: 5, Keep: 1})
	_, first := f.Write([]byte("one\n"))
	_, second := f.Write([]byte("two\n"))
	if first != nil || second == nil {
		t.Errorf("errors %v, %v; want only the second line to report the rotation", first, second)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "one\ntwo\n" {
		t.Errorf("the log is %q, %v", text, err)
	}
}

// As on Windows, where another program has it open.
func TestAFullFileThatCannotBeSetAsideIsWrittenOn(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "g.log")
	if err := os.MkdirAll(filepath.Join(dir, "g.1.log", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("0123456789\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := open(t, logfile.Options{Path: path, MaxBytes: 10, Keep: 1})
	if n, err := f.Write([]byte("one\n")); n != 4 || err == nil {
		t.Errorf("%d, %v; want the line written, and why the file is too large", n, err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "0123456789\none\n" {
		t.Errorf("the log is %q, %v", text, err)
	}
}

func TestManyWritersAndClose(t *testing.T) {
	dir := t.TempDir()
	f := open(t, logfile.Options{Path: filepath.Join(dir, "g.log"), MaxBytes: 1000, Keep: 1000})
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := range 100 {
				if _, err := fmt.Fprintf(f, "writer %d line %03d\n", w, i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	lines := 0
	for name, text := range contents(t, dir) {
		lines += strings.Count(text, "\n")
		if len(text) > 1000 {
			t.Errorf("%s has %d bytes", name, len(text))
		}
	}
	if lines != 800 {
		t.Errorf("%d lines of 800", lines)
	}
	if err := errors.Join(f.Close(), f.Close()); err != nil {
		t.Error(err)
	}
	if _, err := f.Write([]byte("x")); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	const key = "hunter2-Zm9vYmFy"
	for name, attr := range map[string]slog.Attr{
		"by name":         slog.String("virtualKey", key),
		"by name, header": slog.String("X-API-Key", key),
		"in a group":      slog.Group("request", slog.String("access_token", key)),
		"bearer":          slog.String("header", "Bearer "+key),
		"query":           slog.String("url", "https://h/hubs/spend?x=1&access_token="+key+"&y=2"),
		"connection":      slog.String("url", "wss://h/hubs/spend?id="+key),
		"error":           slog.Any("cause", fmt.Errorf("dial https://user:%s@h/: refused", key)),
		"sign in it":      slog.Any("cause", fmt.Errorf("proxyconnect http://user:p@%s@proxy:3128: refused", key)),
		"form":            slog.Any("body", map[string]string{"master_key": key}),
		"json in text":    slog.String("body", `{"apiKey": "`+key+`"}`),
		"by its look":     slog.String("text", "the key sk-"+key+" is not known"),
		"header dump":     slog.String("dump", "X-Master-Key: "+key),
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			for form, log := range map[string]*slog.Logger{"json": logfile.NewJSON(&b, slog.LevelInfo), "text": logfile.NewText(&b, slog.LevelInfo)} {
				b.Reset()
				log.With("component", "hub").Info("link lost", attr, slog.String("hub", "spend"))
				if strings.Contains(b.String(), "hunter2") {
					t.Errorf("%s shows the secret: %s", form, b.String())
				}
				if !strings.Contains(b.String(), "[secret]") || !strings.Contains(b.String(), "spend") {
					t.Errorf("%s lost more than the secret: %s", form, b.String())
				}
				if form == "json" && !json.Valid(b.Bytes()) {
					t.Errorf("not JSON any more: %s", b.String())
				}
			}
		})
	}
}

func TestOrdinaryLinesAreLeftAlone(t *testing.T) {
	for _, line := range []string{
		`{"msg":"link lost","hub":"spend","keyId":7,"retryIn":"2s"}`,
		`{"msg":"masterKeyStored","masterKeyStored":true,"tokens":1200,"url":"https://h:8443/hubs/spend"}`,
		`{"msg":"settings","path":"alerts.rules","basic":1}`,
	} {
		if got := logfile.Mask([]byte(line)); string(got) != line {
			t.Errorf("changed to %s", got)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add(`{"a":"Bearer abcdef"}`, "x=1&access_token=hunter2")
	f.Fuzz(func(t *testing.T, a, b string) {
		var buf bytes.Buffer
		logfile.NewJSON(&buf, slog.LevelInfo).Info("m", "a", a, "b", b)
		if !json.Valid(buf.Bytes()) {
			t.Fatalf("not JSON: %q", buf.String())
		}
	})
}
