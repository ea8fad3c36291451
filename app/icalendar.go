package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"
)

// icalendar writes items as a calendar that other programs read (RFC 5545). An item
// has the same UID each time, so that a program that reads it again replaces it.
func icalendar(items []CalendarItem, now time.Time) []byte {
	var b bytes.Buffer
	line := func(name, value string) { fold(&b, name+":"+value) }
	stamp := func(ms int64) string { return time.UnixMilli(ms).UTC().Format("20060102T150405Z") }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Gatewatch//Budgets//EN")
	for _, i := range items {
		id := i.Kind + " " + i.Gateway + " " + i.Open
		if i.Kind == "topup" || i.Open == "" { // of several, which are others each time
			id = i.ID
		}
		sum := sha256.Sum256([]byte(id))
		line("BEGIN", "VEVENT")
		line("UID", hex.EncodeToString(sum[:12])+"@gatewatch")
		line("DTSTAMP", stamp(now.UnixMilli()))
		line("DTSTART", stamp(i.At))
		line("SUMMARY", escapeICS(i.Name+" "+i.Words))
		line("CATEGORIES", strings.ToUpper(i.Kind))
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return b.Bytes()
}

// escapeICS writes a text so that it is one value.
func escapeICS(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", "").Replace(s)
}

// fold writes a line in pieces of at most 75 bytes, none of which cuts a
// character.
func fold(b *bytes.Buffer, s string) {
	const most = 75
	for room := most; len(s) > room; room = most - 1 {
		n := room
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		b.WriteString(s[:n] + "\r\n ")
		s = s[n:]
	}
	b.WriteString(s + "\r\n")
}
