package demo

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a gateway that ends with the test.
func serve(t *testing.T, o Options) *Gateway {
	t.Helper()
	g, err := Serve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// script parses a scenario that is written in the test.
func script(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse(t.Name(), text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// do plays one line.
func do(t *testing.T, g *Gateway, line string) {
	t.Helper()
	if err := g.Do(line); err != nil {
		t.Error(err)
	}
}

// clients waits until a hub has n clients.
func clients(t *testing.T, g *Gateway, hub string, n int) {
	t.Helper()
	eventually(t, func() bool { return g.Stats()[hub].Clients == n })
}

// eventually waits until ok; the deadline is for a machine that is very busy.
func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not come true within 30 s")
		}
	}
}
