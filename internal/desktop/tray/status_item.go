package tray

import (
	"cmp"
	"slices"
	"time"

	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/tray/icons"
)

// deafAfter is how long nothing may be heard, by the outlook that came last, before the
// icon does not believe it any more. The outlook itself says earlier that there is no
// news; this is for the case that nobody concludes any.
const deafAfter = 4 * time.Minute

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
	ShapeStale    = icons.Stale    // ◌ no news, or none yet
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
	l := StatusItem{
		Shape:    shape,
		Headline: headlineOf(s),
		Tooltip:  tooltipOf(s, s.sentence()),
		Reasons:  reasonLines(s),
		Gateways: gatewayLines(s),
		Spend:    spendLine(s),
	}
	addLists(&l, s)
	if open := s.Critical + s.Warning; open > 0 {
		l.Acknowledge = text.StatusAcknowledgeAll(open)
	}
	if s.Updates {
		l.Updates = text.StatusUpdates
	}
	if left := s.SilencedUntil.Sub(s.Now); !s.SilencedUntil.IsZero() && left > 0 {
		l.Silenced, l.EndSilence = true, text.StatusUnmute(left)
	}
	return l
}

// shapeOf is the shape of the outlook's condition, so that the icon and the first page
// never disagree.
func shapeOf(s Summary) Shape {
	if s.deaf() {
		return ShapeStale
	}
	switch s.Condition {
	case text.ConditionOK:
		return ShapeOK
	case text.ConditionUnsure:
		return ShapeUnsure
	case text.ConditionWarning:
		return ShapeWarning
	case text.ConditionCritical:
		return ShapeCritical
	case text.ConditionOffline:
		return ShapeOffline
	case text.ConditionStale:
		if !s.Up {
			return ShapeOffline
		}
	}
	return ShapeStale
}

// deaf reports whether the outlook is too old to be believed.
func (s Summary) deaf() bool {
	calm := s.Condition == text.ConditionOK || s.Condition == text.ConditionUnsure
	return calm && !s.Heard.IsZero() && s.Now.Sub(s.Heard) > deafAfter
}

// sentence is what the first page says, in short.
func (s Summary) sentence() string {
	if s.deaf() {
		head, _ := text.OutlookSilent(text.Clock(s.Heard, s.Now, s.Now.Location()))
		return text.OutlookShort(head)
	}
	return cmp.Or(text.Clean(s.Says), text.StatusNoData)
}

// headlineOf names the reason for the shape, in the words of the first page.
func headlineOf(s Summary) Line {
	route := "/"
	if s.Critical+s.Warning > 0 && (s.Condition == text.ConditionCritical || s.Condition == text.ConditionWarning) {
		route = alertsRoute
	}
	return Line{text.StatusHeadline(s.sentence()), route}
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
	updated := time.Duration(-1)
	if !s.Updated.IsZero() {
		updated = max(0, s.Now.Sub(s.Updated))
	}
	return text.StatusTooltip(headline, rateOf(s), updated, s.SilencedUntil.After(s.Now))
}
