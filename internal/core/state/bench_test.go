package state

import (
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// BenchmarkApply folds events of one kind in, over and over: spends, which
// nearly all are, and a kind that comes often besides.
func BenchmarkApply(b *testing.B) {
	source := &event.Source{Gateway: "g", Via: event.ViaHub, Name: "spend"}
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	spend := &event.SpendRecorded{Key: "1", Name: "crawler", Amount: event.PerUSD / 1000, Model: "gpt-4o", At: at}
	for _, kind := range []struct {
		name string
		body event.Event
	}{
		{"spend", spend},
		{"task", event.TaskProgressed{Task: "t", Medium: event.MediumVideo, Status: event.TaskProcessing, Progress: 40, At: at}},
		{"heartbeat", event.Heartbeat{Stream: "webhooks", At: at}},
		{"delivery", event.DeliveryChanged{Topic: "spend", Delivery: event.DeliveryPolled}},
		{"monitored key", event.MonitoredKeyChanged{Slot: "1", Label: "crawler"}},
	} {
		b.Run(kind.name, func(b *testing.B) {
			s := New()
			s.SetGateway(Gateway{ID: "g"})
			env := event.Envelope{At: at, Source: source, Body: kind.body}
			b.ReportAllocs()
			for b.Loop() {
				env.Seq++
				s.Apply(&env)
			}
		})
	}
}
