package tray

import (
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/tray/icons"
)

// StaleAfter is how long without trustworthy data makes the icon stale.
const StaleAfter = 2 * time.Minute

// How much a menu shows; panels do not scroll menus.
const (
	MaxReasons   = 4
	MaxGateways  = 8
	MaxBudgets   = 5
	MaxProviders = 8
	MaxTasks     = 6
)

// The pages that lists of the menu are excerpts of.
const (
	alertsRoute    = "/alerts"
	spendRoute     = "/spend"
	providersRoute = "/providers"
	tasksRoute     = "/tasks"
	settingsRoute  = "/settings"
)

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
	ShapeUnsure   = icons.Unsure   // nothing bad is known, and not all is
)

// StatusItem is everything that the tray shows. Equal ones need no drawing.
type StatusItem struct {
	Shape    Shape
	Silenced bool
	Tooltip  string
	// Headline is the first line of the menu; it always names the reason for
	// the shape.
	Headline   Line
	Reasons    []Line // at most MaxReasons, and one more that counts the rest
	Gateways   []Line // at most MaxGateways; none if there is but one
	Budgets    []Line // at most MaxBudgets, and one more that counts the rest
	Providers  []Line // at most MaxProviders, and one more that counts the rest
	Tasks      []Line // at most MaxTasks, and one more that counts the rest
	TasksHead  string // what is said of the tasks together
	Spend      string // never ""
	EndSilence string // the menu line that ends the silence; "" if there is none
	// Acknowledge is the menu line that acknowledges every alert; "" if there is
	// none that needs it.
	Acknowledge string
	Updates     string // the menu line that looks for a newer version; "" if none can be looked for
}

// Line is a line of the menu. Without a route a click on it does nothing.
type Line struct{ Text, Route string }

// Equal reports whether l and other show the same.
func (l StatusItem) Equal(other StatusItem) bool {
	return l.Shape == other.Shape && l.Silenced == other.Silenced && l.Tooltip == other.Tooltip &&
		l.Headline == other.Headline && l.Spend == other.Spend && l.EndSilence == other.EndSilence &&
		l.Acknowledge == other.Acknowledge && l.TasksHead == other.TasksHead && l.Updates == other.Updates &&
		slices.Equal(l.Reasons, other.Reasons) && slices.Equal(l.Gateways, other.Gateways) &&
		slices.Equal(l.Budgets, other.Budgets) && slices.Equal(l.Providers, other.Providers) &&
		slices.Equal(l.Tasks, other.Tasks)
}

// StatusItemOf says what the tray shows for s. It depends on s alone.
func StatusItemOf(s Summary) StatusItem {
	shape := shapeOf(s)
	headline := headlineOf(s, shape)
	l := StatusItem{
		Shape:    shape,
		Headline: headline,
		Tooltip:  tooltipOf(s, headline.Text),
		Reasons:  reasonLines(s),
		Gateways: gatewayLines(s),
		Spend:    spendLine(s),
	}
	addLists(&l, s)
	if s.Critical+s.Warning > 0 {
		l.Acknowledge = text.StatusAcknowledgeAll
	}
	if s.Updates {
		l.Updates = text.StatusUpdates
	}
	if left := s.SilencedUntil.Sub(s.Now); !s.SilencedUntil.IsZero() && left > 0 {
		l.Silenced, l.EndSilence = true, text.StatusUnmute(left)
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
	case s.Warning > 0, s.partial(), s.Ill:
		return ShapeWarning
	case s.Calm:
		return ShapeOK
	default:
		return ShapeUnsure
	}
}

// connected reports whether any plane of the gateway is connected.
func (s Summary) connected() bool {
	return s.Overall == event.LinkConnected || s.Core == event.LinkConnected || s.Admin == event.LinkConnected
}

// partial reports whether one plane is connected and another is not.
func (s Summary) partial() bool {
	return s.connected() && s.Overall != event.LinkConnected
}

// starting reports whether the very first connection is being made.
func (s Summary) starting() bool {
	return s.Overall == event.LinkConnecting && s.Updated.IsZero() && !s.Lost
}

func (s Summary) stale() bool {
	return s.Updated.IsZero() || s.Now.Sub(s.Updated) > StaleAfter
}

// headlineOf names the reason for the shape.
func headlineOf(s Summary, shape Shape) Line {
	switch shape {
	case ShapeCritical:
		return Line{text.StatusAlerts(s.Critical, event.SeverityCritical, s.worst()), alertsRoute}
	case ShapeOffline:
		if s.Lost {
			return Line{text.StatusOutlook(s.Head), "/"} // as the first page says it
		}
		return Line{text.StatusOffline(s.Overall, s.Cause), "/"}
	case ShapeStale:
		if s.starting() {
			return Line{text.StatusConnecting, "/"}
		}
		if s.Updated.IsZero() {
			return Line{text.StatusNoData, "/"}
		}
		if s.stale() {
			return Line{text.StatusStale(s.Now.Sub(s.Updated)), "/"}
		}
		return Line{text.StatusOutlook(s.Head), "/"}
	case ShapeWarning:
		if s.Warning > 0 {
			return Line{text.StatusAlerts(s.Warning, event.SeverityWarning, s.worst()), alertsRoute}
		}
		if s.partial() {
			return Line{text.StatusHalf(s.missing(), s.Cause), "/"}
		}
		return Line{text.StatusOutlook(s.Head), "/"}
	default:
		return Line{text.StatusOutlook(s.Head), "/"}
	}
}

// worst is the first reason, "" if there is none.
func (s Summary) worst() string {
	if len(s.Reasons) == 0 {
		return ""
	}
	return s.Reasons[0].Text
}

// missing is the half of the connection that is not up, "" if it has no name.
func (s Summary) missing() string {
	switch {
	case s.Admin != event.LinkConnected && s.Admin != "":
		return "Admin"
	case s.Core != event.LinkConnected && s.Core != "":
		return "Core"
	}
	return ""
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
		lasts := time.Duration(0)
		if !r.Since.IsZero() {
			lasts = max(0, s.Now.Sub(r.Since))
		}
		lines = append(lines, Line{text.StatusAlert(r.Severity, r.Text, lasts), route})
	}
	total := max(s.Critical+s.Warning, len(s.Reasons))
	if rest := total - len(lines); rest > 0 && len(lines) > 0 {
		lines = append(lines, Line{text.StatusMore(rest), alertsRoute})
	}
	return lines
}

func gatewayLines(s Summary) []Line {
	if len(s.Gateways) < 2 {
		return nil
	}
	var lines []Line
	for _, g := range s.Gateways[:min(len(s.Gateways), MaxGateways)] {
		lines = append(lines, Line{text.StatusGateway(string(g.ID), g.State, g.Cause), "/"})
	}
	if rest := len(s.Gateways) - len(lines); rest > 0 {
		lines[MaxGateways-1] = Line{text.StatusMore(rest + 1), "/"}
	}
	return lines
}

func tooltipOf(s Summary, headline string) string {
	perHour, updated := event.NanoUSD(-1), time.Duration(-1)
	if s.HasSpend {
		perHour = s.SpendPerHour
	}
	if !s.Updated.IsZero() {
		updated = max(0, s.Now.Sub(s.Updated))
	}
	return text.StatusTooltip(headline, perHour, updated, s.SilencedUntil.After(s.Now))
}
