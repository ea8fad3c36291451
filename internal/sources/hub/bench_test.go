//go:build unix

package hub_test

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gatewatch/internal/sources/hub"
	"gatewatch/internal/sources/hub/hubtest"
)

// BenchmarkEvents has one operation per event of about 300 bytes, read from a
// socket of the same machine and given to a handler that does nothing.
func BenchmarkEvents(b *testing.B) {
	for _, perMessage := range []int{1, 50} {
		for _, inline := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d per message, inline %v", perMessage, inline), func(b *testing.B) {
				benchmarkEvents(b, perMessage, inline)
			})
		}
	}
}

type counting struct {
	n    atomic.Int64
	all  int64
	done chan struct{}
	up   chan struct{}
}

func (c *counting) Connected(context.Context, *hub.Hub, hub.ConnectInfo) error {
	close(c.up)
	return nil
}

func (c *counting) Event(string, []byte) {
	if c.n.Add(1) == c.all {
		close(c.done)
	}
}

func benchmarkEvents(b *testing.B, perMessage int, inline bool) {
	event := []byte(hubtest.Event("SpendUpdate", `[{"seq":123456,"virtualKeyId":"42","amount":0.012345,"totalSpend":12.5,"model":"gpt-4o-mini","provider":"openai","inputTokens":1532,"outputTokens":311,"requestId":"0f8fad5b-d9cb-469f-a165-70867728950e","timestamp":"2026-11-22T10:00:00.12Z","cached":false,"region":"eu-west-1"}]`))
	message := hubtest.Text(string(bytes.Repeat(event, perMessage)))
	block := bytes.Repeat(message, max(1, 64<<10/len(message)))
	perBlock := max(1, 64<<10/len(message)) * perMessage
	blocks := (b.N + perBlock - 1) / perBlock
	c := &counting{all: int64(blocks * perBlock), done: make(chan struct{}), up: make(chan struct{})}
	goOn := make(chan struct{})
	srv := hubtest.Start(b, hubtest.Sockets(func(s *hubtest.Socket, _ int) {
		<-goOn
		for range blocks {
			if !s.SendRaw(block) {
				return
			}
		}
		s.Drain()
	}))
	o := fast(srv.URL + "/hubs/x")
	o.Inline = inline
	h, err := hub.New(o)
	if err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Run(b.Context(), c) }()
	<-c.up
	b.ReportAllocs()
	b.ResetTimer()
	began, cpu := time.Now(), cpuTime()
	close(goOn)
	<-c.done
	b.StopTimer()
	b.ReportMetric(float64(c.all)/time.Since(began).Seconds(), "events/s")
	b.ReportMetric(float64((cpuTime()-cpu).Nanoseconds())/float64(c.all), "cpu-ns/event")
	if st := h.Stats(); st.Dropped != 0 {
		b.Errorf("%d dropped", st.Dropped)
	}
	h.Close()
	<-ended
}

// cpuTime is what this process has used, the server included.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
