package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheBridgeIsUpToDate fails if a bound struct changed and the page's side
// was not written anew.
func TestTheBridgeIsUpToDate(t *testing.T) {
	const committed = "../../frontend/src/bridge/bound.ts"
	out := filepath.Join(t.TempDir(), "bound.ts")
	if err := run("..", "../../internal/foundation/fault", out); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(want), "\n") {
		if !strings.Contains(string(have), line+"\n") && line != "" {
			t.Errorf("%s lacks: %s", committed, strings.TrimSpace(line))
		}
	}
	if !t.Failed() && string(have) != string(want) {
		t.Errorf("%s has lines that Go does not bind any more", committed)
	}
	if t.Failed() {
		t.Log("make generate writes it")
	}
}

// source is a package with one bound struct around the given methods.
func source(t *testing.T, methods string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "app")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	text := "package app\n\ntype Doors struct{}\n\ntype host struct{}\n\nfunc (h *host) services() []any { return []any{&Doors{}} }\n\n" + methods
	if err := os.WriteFile(filepath.Join(dir, "doors.go"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestMethodsAreReadWithAllThatACallNeeds(t *testing.T) {
	services, err := readServices(source(t, `
// Open opens some.
func (d *Doors) Open(in Input, names []string, wide bool, n int) ([]Door, error) { return nil, nil }

// Shut shuts one.
func (d *Doors) Shut(id string) error { return nil }

func (d *Doors) hidden() {}
`))
	if err != nil {
		t.Fatal(err)
	}
	text := write(services, []string{"internal"})
	for _, want := range []string{
		"    /** Open opens some. */\n    Open(in_: app.Input, names: string[], wide: boolean, n: number): Promise<app.Door[]>\n",
		"    Shut(id: string): Promise<void>\n",
		"    Open: { takes: ['object', 'array', 'boolean', 'number'], gives: 'array' },\n",
		"    Shut: { takes: ['string'], gives: 'void' },\n",
		"export const FAULTS = ['internal'] as const\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("not in the output: %q\n%s", want, text)
		}
	}
	if strings.Contains(text, "hidden") {
		t.Error("a method that is not exported is written")
	}
}

func TestWhatCannotPassToThePageIsRefusedByName(t *testing.T) {
	for want, methods := range map[string]string{
		"Doors.Open: it has no comment":                   "func (d *Doors) Open() error { return nil }",
		"Doors.Open: it must return an error":             "// Open opens.\nfunc (d *Doors) Open() string { return \"\" }",
		"Doors.Open: *ast.ChanType is no type":            "// Open opens.\nfunc (d *Doors) Open(c chan int) error { return nil }",
		"Doors.Open: an argument has no name":             "// Open opens.\nfunc (d *Doors) Open(string) error { return nil }",
		"Doors.Open: *ast.MapType is no type that passes": "// Open opens.\nfunc (d *Doors) Open() (map[string]int, error) { return nil, nil }",
	} {
		_, err := readServices(source(t, methods))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
