package tray

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"gatewatch/internal/event"
	"gatewatch/internal/tray/icons"
)

// StaleAfter is how long without trustworthy data makes the icon stale.
const StaleAfter = 2 * time.Minute

// How much a menu shows; panels do not scroll menus.
const (
	MaxReasons  = 4
	MaxGateways = 8
)

// The lengths of texts: a Windows tooltip ends after 127 UTF-16 units; wider
// menu lines push menus off small screens.
const (
	maxTooltip = 127
	maxLine    = 64
	maxReason  = 60
)

// alertsRoute is the page that lists alerts.
const alertsRoute = "/alerts"

// Shape is the outline of the icon. Shapes differ for eyes that do not tell
// red from green.
type Shape = icons.Shape

// The shapes.
const (
	ShapeOK       = icons.OK       // ○
	ShapeWarning  = icons.Warning  // △
	ShapeCritical = icons.Critical // ⬣
	ShapeOffline  = icons.Offline  // ⊘ no connection
	ShapeStale    = icons.Stale    // ◌ no news for StaleAfter, or none yet
)

// Look is everything that the tray shows. Equal looks need no drawing.
type Look struct {
	Shape   Shape
	Muted   bool
	Tooltip string
	// Headline is the first line of the menu; it always names the reason for
	// the shape.
	Headline Line
	Reasons  []Line // at most MaxReasons, and one more that counts the rest
	Gateways []Line // at most MaxGateways; none if there is but one
	Spend    string // "" if unknown
	Unmute   string // the menu line that ends the mute; "" if there is none
}

// Line is a line of the menu. Without a route a click on it does nothing.
type Line struct{ Text, Route string }

// Equal reports whether l and other look the same.
func (l Look) Equal(other Look) bool {
	return l.Shape == other.Shape && l.Muted == other.Muted && l.Tooltip == other.Tooltip &&
		l.Headline == other.Headline && l.Spend == other.Spend && l.Unmute == other.Unmute &&
		slices.Equal(l.Reasons, other.Reasons) && slices.Equal(l.Gateways, other.Gateways)
}

// LookOf says what the tray shows for s. It depends on s alone.
func LookOf(s Summary) Look {
	shape := shapeOf(s)
	headline := headlineOf(s, shape)
	l := Look{
		Shape:    shape,
		Headline: headline,
		Tooltip:  tooltipOf(s, headline.Text),
		Reasons:  reasonLines(s),
		Gateways: gatewayLines(s),
	}
	if s.HasSpend {
		l.Spend = "Spend now " + perHour(s.SpendPerHour)
	}
	if left := s.MutedUntil.Sub(s.Now); !s.MutedUntil.IsZero() && left > 0 {
		l.Muted, l.Unmute = true, "Unmute ("+span(left)+" left)"
	}
	return l
}

// shapeOf chooses the worst of what is known. A critical alert outweighs a
// lost connection, which is often its own reason; a lost connection outweighs
// a warning, because then nothing else would be seen.
func shapeOf(s Summary) Shape {
	switch {
	case s.Critical > 0:
		return ShapeCritical
	case !s.connected() && !s.starting():
		return ShapeOffline
	case s.starting(), s.stale():
		return ShapeStale
	case s.Warning > 0, s.partial():
		return ShapeWarning
	default:
		return ShapeOK
	}
}

// connected reports whether any part of the connection is up.
func (s Summary) connected() bool {
	return s.Overall == event.LinkConnected || s.Core == event.LinkConnected || s.Admin == event.LinkConnected
}

// partial reports whether a part is up and another is not.
func (s Summary) partial() bool {
	return s.connected() && s.Overall != event.LinkConnected
}

// starting reports whether the very first connection is being made.
func (s Summary) starting() bool {
	return s.Overall == event.LinkConnecting && s.Updated.IsZero()
}

func (s Summary) stale() bool {
	return s.Updated.IsZero() || s.Now.Sub(s.Updated) > StaleAfter
}

// headlineOf names the reason for the shape.
func headlineOf(s Summary, shape Shape) Line {
	switch shape {
	case ShapeCritical:
		return Line{counted(s.Critical, "critical") + worst(s), alertsRoute}
	case ShapeOffline:
		return Line{offline(s), "/"}
	case ShapeStale:
		if s.starting() {
			return Line{"Connecting …", "/"}
		}
		if s.Updated.IsZero() {
			return Line{"No data yet", "/"}
		}
		return Line{"No news for " + span(s.Now.Sub(s.Updated)), "/"}
	case ShapeWarning:
		if s.Warning > 0 {
			return Line{counted(s.Warning, "warning") + worst(s), alertsRoute}
		}
		return Line{limit(half(s), maxLine), "/"}
	default:
		return Line{"All is well", "/"}
	}
}

// counted is "1 warning" or "3 warnings"; "critical" has no plural.
func counted(n int, what string) string {
	if n != 1 && what == "warning" {
		what = "warnings"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// worst is ": " and the first reason.
func worst(s Summary) string {
	if len(s.Reasons) == 0 {
		return ""
	}
	return ": " + limit(clean(s.Reasons[0].Text), maxReason)
}

func offline(s Summary) string {
	switch s.Overall {
	case "":
		return "No gateway is set up"
	case event.LinkDisconnected:
		return "Disconnected"
	case event.LinkConnecting, event.LinkReconnecting, event.LinkError, event.LinkConnected:
	}
	return limit("No connection"+because(s.Cause), maxLine)
}

// half says which part of the connection is missing.
func half(s Summary) string {
	missing := "Part of the connection"
	switch {
	case s.Admin != event.LinkConnected && s.Admin != "":
		missing = "Admin"
	case s.Core != event.LinkConnected && s.Core != "":
		missing = "Core"
	}
	return missing + " is not connected" + because(s.Cause)
}

func because(cause string) string {
	if cause = clean(cause); cause == "" {
		return ""
	}
	return ": " + cause
}

// reasonLines lists the reasons. A single one is in the headline already.
func reasonLines(s Summary) []Line {
	if len(s.Reasons) < 2 && s.Critical+s.Warning < 2 {
		return nil
	}
	var lines []Line
	for _, r := range s.Reasons[:min(len(s.Reasons), MaxReasons)] {
		route := r.Route
		if route == "" {
			route = alertsRoute
		}
		lines = append(lines, Line{sign(r.Severity) + " " + limit(clean(r.Text), maxReason), route})
	}
	total := max(s.Critical+s.Warning, len(s.Reasons))
	if rest := total - len(lines); rest > 0 && len(lines) > 0 {
		lines = append(lines, Line{fmt.Sprintf("%d more …", rest), alertsRoute})
	}
	return lines
}

func sign(s event.Severity) string {
	switch s {
	case event.SeverityCritical:
		return "⬣"
	case event.SeverityWarning:
		return "△"
	case event.SeverityInfo:
	}
	return "○"
}

func gatewayLines(s Summary) []Line {
	if len(s.Gateways) < 2 {
		return nil
	}
	var lines []Line
	for _, g := range s.Gateways[:min(len(s.Gateways), MaxGateways)] {
		mark := "⊘"
		switch g.State {
		case event.LinkConnected:
			mark = "●"
		case event.LinkConnecting, event.LinkReconnecting:
			mark = "◌"
		case event.LinkDisconnected, event.LinkError:
		}
		text := fmt.Sprintf("%s %s %s%s", clean(string(g.ID)), mark, g.State, because(g.Cause))
		lines = append(lines, Line{limit(text, maxLine), "/"})
	}
	if rest := len(s.Gateways) - len(lines); rest > 0 {
		lines[MaxGateways-1] = Line{fmt.Sprintf("%d more …", rest+1), "/"}
	}
	return lines
}

// tooltipOf is "Gatewatch — 1 critical: OpenAI unhealthy (prod) · $1.84/h ·
// updated just now". When it gets too long, the reason is cut, not the rest.
func tooltipOf(s Summary, headline string) string {
	var tail strings.Builder
	if s.HasSpend {
		tail.WriteString(" · " + perHour(s.SpendPerHour))
	}
	if !s.Updated.IsZero() {
		tail.WriteString(" · updated " + ago(s.Now.Sub(s.Updated)))
	}
	const name = "Gatewatch — "
	room := maxTooltip - units(name) - units(tail.String())
	return name + limit(headline, room) + tail.String()
}

// ago is coarse on purpose: each new word is a redraw.
func ago(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", d/(10*time.Second)*10)
	default:
		return span(d) + " ago"
	}
}

// span is a length of time of a minute and more, in words.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "1 min"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
}

// perHour is "$1.84/h"; below a cent a rate is not zero.
func perHour(n event.NanoUSD) string {
	cents := (n + event.PerUSD/200) / (event.PerUSD / 100)
	if cents == 0 && n > 0 {
		return "< $0.01/h"
	}
	return fmt.Sprintf("$%d.%02d/h", cents/100, cents%100)
}

// clean makes s one line of visible text, without control characters and
// without characters that are invisible or turn the reading direction.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r) && r != 0x200C && r != 0x200D:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// limit cuts s to at most most UTF-16 units, the last one an ellipsis if
// anything was lost.
func limit(s string, most int) string {
	if units(s) <= most {
		return s
	}
	used := 1
	for i, r := range s {
		used += utf16.RuneLen(r)
		if used > most {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
