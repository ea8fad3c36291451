package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/forecast"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/history"
)

// ForecastView is what a chart of a budget's forecast shows.
type ForecastView struct {
	ID    string `json:"id"`
	Limit int64  `json:"limit"`
	At    int64  `json:"at"` // when it was made; 0: there is none yet
	// Past is what was spent of the period by the hour, as sums.
	Past []ForecastPoint `json:"past"`
	// Ahead is what is foreseen: a tenth of the errors was below low, a tenth
	// above high.
	Ahead []ForecastPoint `json:"ahead"`
	// Steps are top-ups within what is shown, and the reset.
	Steps []ForecastStep `json:"steps"`
	// Gaps are the times before At that nobody watched, of an hour or more.
	Gaps []ForecastGap `json:"gaps"`
}

// ForecastGap is a time of which nothing is known.
type ForecastGap struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// ForecastPoint is what the period's amount was or is foreseen to be at a time.
type ForecastPoint struct {
	At     int64 `json:"at"`
	Low    int64 `json:"low"`
	Likely int64 `json:"likely"`
	High   int64 `json:"high"`
}

// ForecastStep is a time at which a budget has room again.
type ForecastStep struct {
	At     int64  `json:"at"`
	Kind   string `json:"kind"`   // "topup" or "reset"
	Amount int64  `json:"amount"` // of a top-up
}

// Forecast gives what was foreseen last of a budget, by its id in Live, with what
// came before it.
func (x *History) Forecast(id string) (ForecastView, error) {
	return change(x.h, func(ctx context.Context, p *run.Program) (ForecastView, error) {
		v := ForecastView{ID: id, Past: []ForecastPoint{}, Ahead: []ForecastPoint{}, Steps: []ForecastStep{}, Gaps: []ForecastGap{}}
		f, ok := p.ForecastOf(id)
		if !ok {
			return v, nil
		}
		v.Limit, v.At = int64(f.Limit), f.At.UnixMilli()
		v.Past = pastOf(&f)
		for _, c := range f.Result.Curve {
			v.Ahead = append(v.Ahead, ForecastPoint{At: c.At.UnixMilli(), Low: int64(c.Low), Likely: int64(c.Likely), High: int64(c.High)})
		}
		for _, g := range f.Unwatched {
			v.Gaps = append(v.Gaps, ForecastGap{From: g.From.UnixMilli(), To: g.To.UnixMilli()})
		}
		if !f.Reset.IsZero() {
			v.Steps = append(v.Steps, ForecastStep{At: f.Reset.UnixMilli(), Kind: "reset"})
		}
		if len(v.Past) > 0 && f.Kind == "group" {
			tops, err := topups(ctx, p.History(), event.GatewayID(f.Gateway), time.UnixMilli(v.Past[0].At))
			if err != nil {
				return v, err
			}
			for _, t := range tops {
				if f.Gateway+"/"+string(t.Group) == f.Subject {
					v.Steps = append(v.Steps, ForecastStep{At: t.At.UnixMilli(), Kind: "topup", Amount: int64(t.Amount)})
				}
			}
		}
		return v, nil
	})
}

// pastOf sums up what was spent, backwards from what is known to be spent now;
// where that comes to nothing the period began.
func pastOf(f *run.Foreseen) []ForecastPoint {
	points := []ForecastPoint{{At: f.At.UnixMilli(), Likely: int64(f.Spent)}}
	sum := f.Spent
	for _, hour := range slices.Backward(f.Past) {
		if sum -= hour.Amount; sum < 0 {
			points = append(points, ForecastPoint{At: hour.At.UnixMilli()})
			break
		}
		points = append(points, ForecastPoint{At: hour.At.UnixMilli(), Likely: int64(sum)})
	}
	slices.Reverse(points)
	for i := range points {
		points[i].Low, points[i].High = points[i].Likely, points[i].Likely
	}
	return points
}

// topups reads what was added to balances since a time.
func topups(ctx context.Context, db *history.DB, gateway event.GatewayID, since time.Time) (all []event.GroupCredited, err error) {
	if db == nil {
		return nil, nil
	}
	page, err := db.Events(ctx, history.Query{From: since, Kinds: []event.Kind{event.GroupCredited{}.Kind()}, Gateway: gateway, Limit: maxPage})
	if err != nil {
		return nil, fault.New(fault.Internal, "The history cannot be read.", err)
	}
	for _, e := range page.Events {
		body, err := event.Decode(e.Kind, e.Body)
		if b, is := body.(event.GroupCredited); err == nil && is {
			if b.At.IsZero() {
				b.At = e.At
			}
			all = append(all, b)
		}
	}
	return all, nil
}

// CalendarItem is something about a budget or a key that has a time.
type CalendarItem struct {
	ID      string `json:"id"`
	At      int64  `json:"at"`
	Kind    string `json:"kind"` // "reset", "topup", "expiry" or "exhaustion"
	Gateway string `json:"gateway"`
	Open    string `json:"open"` // what the page of spend opens; "" of several
	Name    string `json:"name"`
	Words   string `json:"words"` // the rest of the sentence
}

// calendarBack is how far back top-ups are listed, calendarAhead how far ahead
// anything is.
const (
	calendarBack  = 31 * 24 * time.Hour
	calendarAhead = 92 * 24 * time.Hour
)

// Calendar lists resets, expiries and likely exhaustions to come, and top-ups of
// the last month, in order of time.
func (x *History) Calendar() ([]CalendarItem, error) {
	return change(x.h, func(ctx context.Context, p *run.Program) ([]CalendarItem, error) {
		return calendar(ctx, p, time.Now())
	})
}

func calendar(ctx context.Context, p *run.Program, now time.Time) ([]CalendarItem, error) {
	snap, err := p.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	items := []CalendarItem{}
	add := func(kind string, at int64, gateway, open, name, words string) {
		if at > now.UnixMilli() && at < now.Add(calendarAhead).UnixMilli() || kind == "topup" {
			items = append(items, CalendarItem{fmt.Sprintf("%s %s %d", kind, open, at), at, kind, gateway, open, name, words})
		}
	}
	for id, k := range snap.Live.Keys {
		if k.Status == "deleted" {
			continue
		}
		name := cmp.Or(k.Name, "key "+k.Key)
		add("reset", k.PeriodEnd, k.Gateway, id, name, text.CalendarReset())
		add("expiry", k.Expires, k.Gateway, id, name, text.CalendarExpiry())
	}
	for _, f := range snap.Live.Forecasts {
		if f.Kind != run.KindGateway && f.Outcome == string(forecast.Foreseen) && (f.Reset == 0 || f.Likely < f.Reset) {
			open := f.Subject
			if f.Kind == "group" {
				open = "group:" + f.Subject
			}
			add("exhaustion", f.Likely, f.Gateway, open, f.Name, text.CalendarExhaustion(f.Range))
		}
	}
	tops, err := calendarTopups(ctx, p, &snap.Live, now)
	if err != nil {
		return nil, err
	}
	items = append(items, tops...)
	items = commonResets(items)
	slices.SortFunc(items, func(a, b CalendarItem) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	return items, nil
}

// namedResets is how many keys of a common reset are named.
const namedResets = 3

// commonResets makes one entry of the keys of a gateway whose budgets begin anew at
// the same moment, as they do where all have a calendar month.
func commonResets(items []CalendarItem) []CalendarItem {
	together := map[string][]CalendarItem{}
	rest := []CalendarItem{}
	for _, i := range items {
		if i.Kind != "reset" {
			rest = append(rest, i)
			continue
		}
		at := fmt.Sprintf("reset %s at %d", i.Gateway, i.At)
		together[at] = append(together[at], i)
	}
	for id, keys := range together {
		if len(keys) == 1 {
			rest = append(rest, keys[0])
			continue
		}
		slices.SortFunc(keys, func(a, b CalendarItem) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
		names := []string{}
		for _, k := range keys[:min(len(keys), namedResets)] {
			names = append(names, k.Name)
		}
		name := strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
		if more := len(keys) - len(names); more > 0 {
			name = fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
		}
		rest = append(rest, CalendarItem{ID: id, At: keys[0].At, Kind: "reset", Gateway: keys[0].Gateway, Name: name, Words: text.CalendarResets()})
	}
	return rest
}

func calendarTopups(ctx context.Context, p *run.Program, live *state.Live, now time.Time) (items []CalendarItem, err error) {
	for gateway := range live.Gateways {
		tops, err := topups(ctx, p.History(), event.GatewayID(gateway), now.Add(-calendarBack))
		if err != nil {
			return nil, err
		}
		for _, t := range tops {
			id := gateway + "/" + string(t.Group)
			items = append(items, CalendarItem{
				ID: fmt.Sprintf("topup %s %s", id, t.Transaction), At: t.At.UnixMilli(), Kind: "topup", Gateway: gateway, Open: "group:" + id,
				Name: cmp.Or(live.Groups[id].Name, t.Name, "group "+string(t.Group)), Words: text.CalendarTopup(t.Amount),
			})
		}
	}
	return items, nil
}

// SaveCalendar asks the user for a file and writes the calendar into it, as
// iCalendar. The path is empty if the user changed their mind.
func (x *History) SaveCalendar() (Exported, error) {
	return change(x.h, func(ctx context.Context, p *run.Program) (Exported, error) {
		w := x.h.window()
		if w == nil {
			return Exported{}, fault.New(fault.Unreachable, "There is no desktop to ask for a file.", nil)
		}
		now := time.Now()
		items, err := calendar(ctx, p, now)
		if err != nil {
			return Exported{}, err
		}
		path, err := w.SaveFile("Save the calendar", "gatewatch-budgets-"+now.Format(time.DateOnly)+".ics")
		if err != nil {
			return Exported{}, fault.New(fault.Internal, "The dialog for the file could not be opened.", err)
		}
		if path == "" {
			return Exported{}, nil
		}
		if err := writeWhole(path, icalendar(items, now)); err != nil {
			return Exported{}, fault.New(fault.Usage, "The file cannot be written. Choose another folder.", err)
		}
		return Exported{Path: path, Lines: len(items)}, nil
	})
}

// writeWhole writes a file that only the user can read, whole or not at all.
func writeWhole(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".gatewatch-export-")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
