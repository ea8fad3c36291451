package history

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// AddSpend adds an accepted spend to the rollups of its hour and day. It never
// blocks and loses nothing to a slow disk. History does not recognise repeats:
// the caller calls it once per spend (see Options.SpendOf for the other way).
func (d *DB) AddSpend(s Spend) {
	if d.w != nil {
		d.w.q.putSpend(s)
	}
}

func (w *writer) storeRollups(tx *sql.Tx) error {
	if len(w.pending.rollups) == 0 {
		return nil
	}
	hour, day := tx.Stmt(w.insert.hour), tx.Stmt(w.insert.day)
	defer hour.Close() //nolint:errcheck // the transaction's copy
	defer day.Close()  //nolint:errcheck // the transaction's copy
	days := make(map[rollupKey]rollup, len(w.pending.rollups))
	for k, v := range w.pending.rollups {
		if err := insertRollup(hour, k.hour, k, v); err != nil {
			return err
		}
		k.hour = 0
		all := days[k]
		days[k] = rollup{nano: all.nano + v.nano, requests: all.requests + v.requests}
	}
	for k, v := range days {
		if err := insertRollup(day, k.day, k, v); err != nil {
			return err
		}
	}
	return nil
}

func rollupSQL(step Step) string {
	return fmt.Sprintf(`INSERT INTO spend_%s (%s, gateway, key, model, provider, nano, requests)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
		nano = nano + excluded.nano, requests = requests + excluded.requests`, step, step)
}

func insertRollup(stmt *sql.Stmt, at int64, k rollupKey, v rollup) error {
	_, err := stmt.Exec(at, string(k.gateway), string(k.key), k.model, k.provider, int64(v.nano), v.requests)
	return err
}

// Step is the width of a bar in a series.
type Step string

// The steps. Days are the user's civil days, hours those of UTC. Minutes are
// kept for some days only.
const (
	StepMinute Step = "minute"
	StepHour   Step = "hour"
	StepDay    Step = "day"
)

// GroupBy is what a series has a line for.
type GroupBy string

// The groupings; GroupNone makes one line of everything.
const (
	GroupNone     GroupBy = ""
	GroupKey      GroupBy = "key"
	GroupModel    GroupBy = "model"
	GroupProvider GroupBy = "provider"
	GroupGateway  GroupBy = "gateway"
)

// Range is a time: From included, To excluded. A zero To means until now, a
// zero From since the beginning of what is kept. The hours or days that hold
// From and To are given whole.
type Range struct{ From, To time.Time }

// SpendQuery chooses rollups. The zero value is all, in one line, by the hour.
type SpendQuery struct {
	Range    Range
	Step     Step // "": StepHour
	GroupBy  GroupBy
	Gateways []event.GatewayID // of these only; none: of all, also of those that were removed
	Gateway  event.GatewayID   // "" for all; so below
	Key      event.KeyID
	Model    string
	Provider string
}

// SpendPoint is one bar of one line.
type SpendPoint struct {
	At       time.Time     `json:"at,omitzero"` // when the hour or day begins
	Amount   event.NanoUSD `json:"amount"`
	Requests int64         `json:"requests"`
}

// SpendLine is one line of a series, with its sum.
type SpendLine struct {
	// Gateway is set where a line is of one: two gateways' keys of one name
	// are two lines. Group is the key, model, provider or gateway.
	Gateway  event.GatewayID `json:"gateway"`
	Group    string          `json:"group"`
	Amount   event.NanoUSD   `json:"amount"`
	Requests int64           `json:"requests"`
	// Points are in order of time; hours without spend have none.
	Points []SpendPoint `json:"points"`
	// Undated is what of Amount is in no point, for nobody knows in which it was spent.
	Undated []Undated `json:"undated,omitempty"`
}

// SpendSeries gives spend over time, dearest line first.
func (d *DB) SpendSeries(ctx context.Context, q SpendQuery) ([]SpendLine, error) {
	query, args, err := d.spendSQL(q)
	if err != nil {
		return nil, err
	}
	type row struct {
		gateway, group string
		at             int64
		rollup
	}
	rows, err := collect(ctx, d.reader(), query, args, func(r *sql.Rows) (v row, err error) {
		err = r.Scan(&v.gateway, &v.group, &v.at, &v.nano, &v.requests)
		return v, err
	})
	if err != nil {
		return nil, err
	}
	lines := map[[2]string]*SpendLine{}
	for _, r := range rows {
		id := [2]string{r.gateway, r.group}
		line := lines[id]
		if line == nil {
			line = &SpendLine{Gateway: event.GatewayID(r.gateway), Group: r.group}
			lines[id] = line
		}
		line.Amount += r.nano
		line.Requests += r.requests
		line.Points = append(line.Points, SpendPoint{At: d.startOf(orDefault(q.Step, StepHour), r.at), Amount: r.nano, Requests: r.requests})
	}
	if err := d.undate(ctx, q, orDefault(q.Step, StepHour), lines); err != nil {
		return nil, err
	}
	all := make([]SpendLine, 0, len(lines))
	for line := range maps.Values(lines) {
		all = append(all, *line)
	}
	slices.SortFunc(all, func(a, b SpendLine) int {
		return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(a.Gateway, b.Gateway), cmp.Compare(a.Group, b.Group))
	})
	return all, nil
}

func (d *DB) spendSQL(q SpendQuery) (query string, args []any, err error) {
	step := orDefault(q.Step, StepHour)
	table, counted := "spend_"+string(step), ""
	switch step {
	case StepHour, StepDay:
	case StepMinute:
		table, counted = "ledger_minute", fmt.Sprintf("(kind <> %d AND (kind <> %d OR grp = ''))", ledger.Flushed, ledger.Moved)
	default:
		return "", nil, fmt.Errorf("history: unknown step %q", step)
	}
	gateway, group := "gateway", ""
	switch q.GroupBy {
	case GroupNone:
		gateway, group = "''", "''"
	case GroupKey, GroupModel, GroupProvider:
		group = string(q.GroupBy)
	case GroupGateway:
		group = "gateway"
	default:
		return "", nil, fmt.Errorf("history: unknown grouping %q", q.GroupBy)
	}
	if q.Gateway != "" {
		gateway = "gateway"
	}
	var w where
	if !q.Range.From.IsZero() {
		w.add(string(step)+" >= ?", d.numberOf(step, q.Range.From))
	}
	if !q.Range.To.IsZero() {
		w.add(string(step)+" <= ?", d.numberOf(step, q.Range.To.Add(-time.Millisecond)))
	}
	w.in("gateway", of(q.Gateways))
	w.equal("gateway", string(q.Gateway))
	w.equal("key", string(q.Key))
	w.equal("model", q.Model)
	w.equal("provider", q.Provider)
	requests := "requests"
	if counted != "" {
		w.add(counted)
		requests = "bookings"
	}
	query = fmt.Sprintf(`SELECT %s AS line_gateway, %s AS line_group, %s, sum(nano), sum(%s)
		FROM %s%s GROUP BY 3, 1, 2 ORDER BY 3`, gateway, group, step, requests, table, w.sql())
	return query, w.args, nil
}

func (d *DB) numberOf(step Step, t time.Time) int64 {
	switch step {
	case StepDay:
		return civilDay(t, d.opt.Location)
	case StepMinute:
		return int64(ledger.MinuteOf(t))
	case StepHour:
	}
	return floorDiv(t.Unix(), 3600)
}

func (d *DB) startOf(step Step, n int64) time.Time {
	if step == StepDay {
		y, m, day := time.Unix(n*86_400, 0).UTC().Date()
		return time.Date(y, m, day, 0, 0, 0, 0, d.opt.Location)
	}
	if step == StepMinute {
		return ledger.Minute(n).Time()
	}
	return time.Unix(n*3600, 0).UTC()
}
