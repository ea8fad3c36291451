package wire

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// contractSpend is about 300 bytes with twelve fields, most of them known.
const contractSpend = `[{"virtualKeyId":"key-0042","virtualKeyName":"Research notebook","amount":0.01250000,` +
	`"totalSpend":1234.56780000,"limit":2000.00,"model":"gpt-4o-mini-2024-07-18","provider":"openai",` +
	`"timestamp":"2026-11-22T23:38:22.5106711Z","inputTokens":1520,"outputTokens":340,"durationMs":812.5,` +
	`"endpoint":"/v1/chat/completions"}]`

// gatewaySpend is what a real gateway sends.
const gatewaySpend = `[{"timestamp":"2026-11-22T23:38:25.6211741Z","totalSpend":0.05500000,"budgetRemaining":0,` +
	`"budgetUtilization":0,"budget":0.10000000,"budgetPercentage":55.00,"provider":"unknown","model":"unknown",` +
	`"newSpend":0.035,"metadata":{"requestId":"fa5be9e6-73ab-4e19-ba19-44b37e5351e2",` +
	`"endpoint":"/v1/chat/completions","inputTokens":null,"outputTokens":null,"durationMs":null}}]`

const contractTask = `[{"taskId":"task_0017","status":"processing","progress":42,"estimatedTimeRemaining":17,` +
	`"timestamp":"2026-11-22T23:38:22.5106711Z"}]`

const gatewayMapping = `[{"type":"model_mapping_changed","mappingId":14,"modelAlias":"temp-alias",` +
	`"changeType":"Updated","timestamp":"2026-11-22T23:38:22.202608Z","priority":1}]`

// BenchmarkDecodeStream is the same with a request id, another one each time:
// nothing of it can be known from the message before.
func BenchmarkDecodeStream(b *testing.B) {
	const window = 1 << 14 // more than are remembered
	var raw [window][]byte
	for i := range raw {
		raw[i] = fmt.Appendf(nil, `[{"seq":%d,"virtualKeyId":"%d","amount":0.012345,"totalSpend":%d.5,`+
			`"model":"gpt-4o-mini","provider":"openai","inputTokens":%d,"outputTokens":311,"requestId":"req-%016x",`+
			`"timestamp":"2026-11-22T23:38:22.5106711Z","cached":false,"region":"eu-1"}]`, i, 100+i%16, i, 1000+i%1000, i)
	}
	d := New(Options{})
	n, i := 0, 0
	emit := func(event.Event) { n++ }
	b.SetBytes(int64(len(raw[window-1])))
	b.ReportAllocs()
	for b.Loop() {
		d.Decode("spend", "SpendUpdate", raw[i%window], benchNow, emit)
		i++
	}
	if d.Counts().DuplicateIDs != 0 || n != i {
		b.Fatalf("decoded %d of %d events, counts %+v", n, i, d.Counts())
	}
}

var benchNow = time.Date(2026, 11, 22, 23, 38, 23, 0, time.UTC)

func benchDecode(b *testing.B, target, args string, std bool) {
	d := New(Options{Key: "7", Dialect: DialectUnknown})
	d.useStd = std
	raw := []byte(args)
	n := 0
	emit := func(event.Event) { n++ }
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		d.Decode("spend", target, raw, benchNow, emit)
	}
	if d.Counts().Unrecognised != 0 || n == 0 {
		b.Fatalf("decoded %d events, counts %+v", n, d.Counts())
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct{ name, target, args string }{
		{"contract/SpendUpdate", "SpendUpdate", contractSpend},
		{"contract/VideoGenerationProgress", "VideoGenerationProgress", contractTask},
		{"gateway/OnModelMappingChanged", "OnModelMappingChanged", gatewayMapping},
	} {
		b.Run(c.name+"/scanner", func(b *testing.B) { benchDecode(b, c.target, c.args, false) })
		b.Run(c.name+"/std", func(b *testing.B) { benchDecode(b, c.target, c.args, true) })
	}
}

// plainSpend is what a program without a scanner of its own would decode into.
type plainSpend struct {
	VirtualKeyID   string    `json:"virtualKeyId"`
	VirtualKeyName string    `json:"virtualKeyName"`
	Amount         float64   `json:"amount"`
	TotalSpend     float64   `json:"totalSpend"`
	Limit          float64   `json:"limit"`
	Model          string    `json:"model"`
	Provider       string    `json:"provider"`
	Timestamp      time.Time `json:"timestamp"`
}

// BenchmarkPlain is the yardstick: the same message into one struct with
// encoding/json, money as floats, without checks, cleaning or events.
func BenchmarkPlain(b *testing.B) {
	raw := []byte(contractSpend)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		var args []plainSpend
		if err := json.Unmarshal(raw, &args); err != nil {
			b.Fatal(err)
		}
	}
}
