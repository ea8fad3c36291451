package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/coder/websocket"
)

// BenchmarkBurst measures how fast a burst leaves: one client that counts
// separators and decodes nothing.
func BenchmarkBurst(b *testing.B) {
	for _, per := range []int{1, 50} {
		b.Run(fmt.Sprintf("per=%d", per), func(b *testing.B) {
			g := benchGateway(b)
			ws := benchClient(b, g)
			read := make(chan error, 1)
			b.ReportAllocs()
			b.ResetTimer()
			go func() { read <- countFrames(b.Context(), ws, b.N) }()
			if _, err := g.Burst(b.Context(), hubSpend, b.N, per); err != nil {
				b.Fatal(err)
			}
			if err := <-read; err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkStorm measures the stage without a network: what one event of the
// mixed generator costs.
func BenchmarkStorm(b *testing.B) {
	s, err := Load("storm")
	if err != nil {
		b.Fatal(err)
	}
	r := newRehearsal(s, Options{})
	b.ReportAllocs()
	for b.Loop() {
		if err := r.stage.next(); err != nil {
			b.Fatal(err)
		}
		r.frames = r.frames[:0]
	}
}

func benchGateway(b *testing.B) *Gateway {
	b.Helper()
	s, err := Parse("bench", "")
	if err != nil {
		b.Fatal(err)
	}
	g, err := Serve(b.Context(), Options{Script: s})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = g.Close() })
	return g
}

func benchClient(b *testing.B, g *Gateway) *websocket.Conn {
	b.Helper()
	ws, _, err := websocket.Dial(b.Context(), g.CoreURL()+"/hubs/spend", &websocket.DialOptions{
		HTTPHeader: http.Header{"X-API-Key": {g.VirtualKey()}}, HTTPClient: freshClient,
	})
	if err != nil {
		b.Fatal(err)
	}
	ws.SetReadLimit(-1)
	b.Cleanup(func() { _ = ws.CloseNow() })
	if err := ws.Write(b.Context(), websocket.MessageText, []byte("{\"protocol\":\"json\",\"version\":1}\x1e")); err != nil {
		b.Fatal(err)
	}
	if _, _, err := ws.Read(b.Context()); err != nil {
		b.Fatal(err)
	}
	for g.Stats()[hubSpend].Clients == 0 {
	}
	return ws
}

func countFrames(ctx context.Context, ws *websocket.Conn, n int) error {
	buf := make([]byte, 64<<10)
	for n > 0 {
		_, r, err := ws.Reader(ctx)
		if err != nil {
			return err
		}
		for {
			m, err := r.Read(buf)
			n -= bytes.Count(buf[:m], []byte{separator})
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}
