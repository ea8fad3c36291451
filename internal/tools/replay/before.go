package replay

import (
	"cmp"
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strings"
)

// NewWorld returns the world as it was before the scenario began.
func NewWorld(r *Recording) *World {
	w := &World{rec: r, tables: map[string]*table{}, newest: map[string]Call{}, rest: map[string]Call{}, later: map[string]Call{}, parsed: map[string]table{}}
	for _, c := range r.Rest {
		k := keyOfCall(&c)
		if old, known := w.rest[k]; c.Status == http.StatusOK && (!known || old.Status != c.Status || len(old.Path) > len(c.Path)) || !known && c.Key != "" {
			w.rest[k] = c // the one with the fewest filters
		}
		if c.Bare() == pathFailed && c.Status == http.StatusOK {
			w.addFailed(c.Answer)
		}
	}
	for i := range r.Lines {
		if c := r.Lines[i].Call; c != nil && c.Status == http.StatusOK && !c.Cut() {
			if c.Bare() == pathFailed {
				w.addFailed(c.Answer)
			}
			if _, known := w.later[keyOfCall(c)]; !known {
				w.later[keyOfCall(c)] = *c
			}
		}
	}
	w.steps = stepsOf(r)
	for _, path := range lists {
		t := w.first(path)
		if t != nil {
			w.tables[path] = &t
		}
	}
	w.log = w.firstLog()
	w.firstHealth()
	return w
}

// stepsOf says since when what was read is so: since the last thing before it
// that can have changed it, if it was not read in between.
func stepsOf(r *Recording) (steps []step) {
	changed, read := int64(-1), map[string]int64{}
	var pushed []int64 // news of providers' health
	for i := range r.Lines {
		l := &r.Lines[i]
		c := l.Call
		switch {
		case strings.Contains(l.In, "ProviderHealth"), strings.Contains(l.In, `"VirtualKeyStatus"`):
			if strings.Contains(l.In, "HealthChanged") || strings.Contains(l.In, "HealthUpdate") {
				pushed = append(pushed, l.T)
			}
			steps = append(steps, step{l.T, l})
		case c == nil, c.IsNegotiate(), strings.Contains(c.Path, "/v1/chat/"), c.Key != "" && c.Key != MasterKey, c.Cut():
		case c.Method != http.MethodGet:
			changed = l.T
			steps = append(steps, step{l.T, l})
		default:
			at, since := l.T, changed
			last, known := read[c.Path]
			if i := slices.IndexFunc(pushed, func(t int64) bool { return !known || t > last }); i >= 0 && strings.HasPrefix(c.Path, pathHealth) {
				since = max(since, pushed[i]) // the first of them was news of this read
			}
			if since >= 0 && c.Status == http.StatusOK && c.Host == "admin" && (!known || last <= since) {
				at = since
			}
			read[c.Path] = l.T
			steps = append(steps, step{at, l})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	return steps
}

// first is a list before the scenario: as it was read first in it, unless
// somebody wrote before that; with rows that were read singly before they were
// written.
func (w *World) first(path string) (t table) {
	if c, ok := w.rest["admin GET "+path]; ok && c.Status == http.StatusOK {
		t, _ = parseTable(c.Answer)
		t = t.until(w.rec.Start)
	}
	written, charged := map[string]bool{}, map[string]*big.Rat{}
	for _, s := range w.steps {
		c := s.line.Call
		switch {
		case c == nil && path == lists[0]:
			t.status(s.line.In)
		case c == nil:
		case c.Host == "core":
			w.charged(c, charged)
		case !strings.HasPrefix(c.Bare(), path):
		case c.Method != http.MethodGet:
			id, _ := rowOf(path, c.Bare())
			written[id], written[""] = true, true
		case c.Status != http.StatusOK:
		case c.Path == path && !written[""]:
			if all, ok := parseTable(c.Answer); ok {
				for i := range all {
					all[i] = w.uncharged(all[i], charged)
				}
				return all
			}
		default:
			id, isRow := rowOf(path, c.Bare())
			if r, ok := parseRow([]byte(c.Answer)); ok && isRow && !written[id] {
				written[id] = true
				t.put(w.uncharged(r, charged))
			}
		}
	}
	return t
}

// status takes a key's spend and limit of what a hub says of it when a
// connection begins. In August these are its group's, and keys have no such
// fields.
func (t *table) status(frame string) {
	var f struct{ Arguments []json.RawMessage }
	if !strings.Contains(frame, `"VirtualKeyStatus"`) || json.Unmarshal([]byte(frame), &f) != nil || len(f.Arguments) == 0 {
		return
	}
	r, _ := parseRow(f.Arguments[0])
	if i := t.find(r.get("keyId")); i >= 0 {
		r = slices.DeleteFunc(r, func(f field) bool { return f.name != "currentSpend" && f.name != "maxBudget" })
		(*t)[i] = (*t)[i].with(r)
	}
}

// firstHealth is how the providers of a July gateway were as the scenario
// began, if a hub told.
func (w *World) firstHealth() {
	for _, s := range w.steps {
		if strings.Contains(s.line.In, `"InitialProviderHealth"`) {
			w.takeHealth(s.line.In)
			return
		}
	}
}

// takeHealth makes answers of the health of all providers that a hub told.
func (w *World) takeHealth(frame string) {
	var f struct{ Arguments []map[string]json.RawMessage }
	if json.Unmarshal([]byte(frame), &f) != nil || len(f.Arguments) == 0 {
		return
	}
	short := map[string]json.RawMessage{}
	for name, b := range f.Arguments[0] {
		r, _ := parseRow(b)
		for i := range r {
			if r[i].name == "timestampUtc" {
				r[i].name = "lastCheckedUtc"
			}
		}
		short[name] = r.append(nil)
	}
	for path, answer := range map[string]any{pathHealth + "statuses": f.Arguments[0], pathHealth + "status": short} {
		b, err := json.Marshal(answer)
		if err == nil {
			w.newest["admin GET "+path] = Call{Host: "admin", Method: http.MethodGet, Path: path, Status: http.StatusOK, MS: 5, Answer: string(b)}
		}
	}
}

// firstLog is every row of the request log that was ever read, of the database
// of the scenario.
func (w *World) firstLog() table {
	all, _ := parseTable(w.rest["admin GET "+pathLog].Answer)
	var own table
	for _, s := range w.steps {
		c := s.line.Call
		if c == nil || c.Bare() != pathLog || c.Status != http.StatusOK {
			continue
		}
		rows, _ := parseTable(c.Answer)
		for _, r := range rows {
			own.put(r)
			all = slices.DeleteFunc(all, func(old row) bool { // another database's
				return old.dated().Before(r.dated()) && number(old.get("id")) > number(r.get("id"))
			})
		}
	}
	for _, r := range own {
		all.put(r)
	}
	return all
}
