package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"

	"github.com/philippseith/signalr"
)

// hubPath is the hub that sends spends.
const hubPath = "/hubs/spend"

// runTap is client (b): the hub alone, with a handler that reads an event's
// number and nothing more.
func runTap(ctx context.Context, t turn) (result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	o := hub.DefaultOptions()
	o.Name, o.URL = "spend", t.url+hubPath
	o.Token = func(context.Context) (secret.String, error) { return secret.New(credential), nil }
	h, err := hub.New(o)
	if err != nil {
		return result{}, fmt.Errorf("hub: %w", err)
	}
	m := newMeter(t.want)
	up := make(chan struct{})
	var once sync.Once
	stop := h.OnStatus(func(s hub.Status) {
		if s.State == hub.Connected {
			once.Do(func() { close(up) })
		}
	})
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx, tapHandler{m}) }()
	select {
	case <-up:
	case <-ctx.Done():
		return result{}, errors.Join(errors.New("the hub did not connect"), <-ended)
	}
	time.Sleep(calm)
	m.ready(t)
	r, err := m.await(ctx)
	cancel()
	err = errors.Join(err, <-ended)
	r.Disordered, r.Sum, r.Dropped = m.disordered, m.sum, int(h.Stats().Dropped)
	return r, err
}

type tapHandler struct{ m *meter }

// Connected implements hub.Handler.
func (tapHandler) Connected(context.Context, *hub.Hub, hub.ConnectInfo) error { return nil }

// Event implements hub.Handler.
func (t tapHandler) Event(_ string, args []byte) { t.m.saw(seqOf(args)) }

// spend is the event as a program without Gatewatch would declare it.
type spend struct {
	Seq          int       `json:"seq"`
	VirtualKeyID string    `json:"virtualKeyId"`
	Amount       float64   `json:"amount"`
	TotalSpend   float64   `json:"totalSpend"`
	Model        string    `json:"model"`
	Provider     string    `json:"provider"`
	InputTokens  int       `json:"inputTokens"`
	OutputTokens int       `json:"outputTokens"`
	RequestID    string    `json:"requestId"`
	Timestamp    time.Time `json:"timestamp"`
	Cached       bool      `json:"cached"`
	Region       string    `json:"region"`
}

// receiver has a method for each target, as the library wants it, which calls
// them on many goroutines at once.
type receiver struct {
	signalr.Hub

	mu sync.Mutex
	m  *meter
}

// SpendUpdate is called by the library.
func (r *receiver) SpendUpdate(e spend) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.m.saw(e.Seq)
}

// silent drops the library's log.
type silent struct{}

// Log implements signalr.StructuredLogger.
func (silent) Log(...any) error { return nil }

// runLibrary is client (c): the library as its own introduction shows it. Only
// its log, which would tell every payload, is switched off.
func runLibrary(ctx context.Context, t turn) (result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dialling, dialled := context.WithTimeout(ctx, 10*time.Second)
	defer dialled()
	conn, err := signalr.NewHTTPConnection(dialling, t.url+hubPath, signalr.WithHTTPHeaders(func() http.Header {
		return http.Header{"Authorization": {"Bearer " + credential}}
	}))
	if err != nil {
		return result{}, fmt.Errorf("connect: %w", err)
	}
	m := newMeter(t.want)
	to := &receiver{m: m}
	client, err := signalr.NewClient(ctx, signalr.WithConnection(conn), signalr.WithReceiver(to),
		signalr.Logger(silent{}, false))
	if err != nil {
		return result{}, fmt.Errorf("client: %w", err)
	}
	client.Start()
	if err := <-client.WaitForState(ctx, signalr.ClientConnected); err != nil {
		return result{}, fmt.Errorf("start: %w", err)
	}
	time.Sleep(time.Second + calm) // as long as the others take
	m.ready(t)
	r, err := m.await(ctx)
	to.mu.Lock()
	defer to.mu.Unlock()
	r.Disordered, r.Sum = m.disordered, m.sum
	return r, err // the process ends: Stop of a lost connection may hang
}
