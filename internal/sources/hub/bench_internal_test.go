package hub

import "testing"

// BenchmarkQuickEvent reads one event of about 300 bytes.
func BenchmarkQuickEvent(b *testing.B) {
	frame := []byte(`{"type":1,"target":"SpendUpdate","arguments":[{"seq":123456,"virtualKeyId":"42","amount":0.012345,"totalSpend":12.5,"model":"gpt-4o-mini","provider":"openai","inputTokens":1532,"outputTokens":311,"requestId":"0f8fad5b-d9cb-469f-a165-70867728950e","timestamp":"2026-11-22T10:00:00.12Z","cached":false,"region":"eu-west-1"}]}`)
	b.SetBytes(int64(len(frame)))
	for b.Loop() {
		if _, _, ok := quickEvent(frame); !ok {
			b.Fatal("not read")
		}
	}
}
