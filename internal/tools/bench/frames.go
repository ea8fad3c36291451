package main

import (
	"encoding/binary"
	"fmt"
	"time"

	"gatewatch/internal/core/event"
)

// Every spend is of the same amount, and goes round the keys, so that each
// key's total says exactly which spends came before.
const (
	spendKeys = 16
	amount    = event.NanoUSD(12_345_000)
	target    = "SpendUpdate"
	// burstTotal is the total in every spend of the ASP.NET Core server. No
	// spend of ours has it.
	burstTotal = event.NanoUSD(12_500_000_000)
)

var models = [...]struct{ model, provider string }{
	{"gpt-4o-mini", "openai"}, {"claude-sonnet-4", "anthropic"}, {"mistral-large", "mistral"}, {"gemini-2.5-pro", "google"},
}

// totalOf is what the key of spend seq has spent with it.
func totalOf(seq int) event.NanoUSD { return event.NanoUSD(seq/spendKeys+1) * amount }

// appendFrame appends spend seq as a hub frame of about 310 bytes: an object
// of twelve fields, of which our decoder uses eight.
func appendFrame(b []byte, seq int, at string) []byte {
	m := models[seq%len(models)]
	b = fmt.Appendf(b, `{"type":1,"target":"`+target+`","arguments":[{"seq":%d,"virtualKeyId":"%d","amount":%s,"totalSpend":%s,`,
		seq, 100+seq%spendKeys, amount, totalOf(seq))
	b = fmt.Appendf(b, `"model":"%s","provider":"%s","inputTokens":%d,"outputTokens":311,`, m.model, m.provider, 1000+seq%1000)
	return fmt.Appendf(b, `"requestId":"req-%016x","timestamp":"%s","cached":false,"region":"eu-1"}]}`+"\x1e", seq, at)
}

// appendMessage appends payload as one unmasked WebSocket text message.
func appendMessage(b, payload []byte) []byte {
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x81, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x81, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x81, 127), uint64(n))
	}
	return append(b, payload...)
}

// stream makes n spends, so many frames in a message, and one last spend
// in a message of its own: it marks the end.
func stream(into []byte, n, perMessage int, now time.Time) []byte {
	at := now.UTC().Format("2006-01-02T15:04:05.0000000Z")
	var payload []byte
	for seq := range n {
		payload = appendFrame(payload, seq, at)
		if (seq+1)%perMessage == 0 || seq == n-1 {
			into = appendMessage(into, payload)
			payload = payload[:0]
		}
	}
	return appendMessage(into, appendFrame(payload, n, at))
}

// seqOf reads the number that begins the arguments; -1 if there is none. It is
// all that the tap's handler looks at.
func seqOf(args []byte) int {
	const head = `[{"seq":`
	if len(args) <= len(head) || string(args[:len(head)]) != head {
		return -1
	}
	n, digits := 0, 0
	for _, c := range args[len(head):] {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
		digits++
	}
	if digits == 0 {
		return -1
	}
	return n
}
