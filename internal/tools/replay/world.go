package replay

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// World is what the lists of a recorded gateway answer as time goes on. The
// recorder's calls are the truth: its reads of a whole list, its reads of one
// row, and what it wrote itself. What it did not read in a scenario is as it
// was outside of scenarios, without what was made later; nothing happens after
// the scenario. It has no lock.
type World struct {
	rec    *Recording
	steps  []step
	next   int // step
	tables map[string]*table
	log    table
	failed table           // every failure of a provider that was ever read
	empty  bool            // the request log answered with nothing though it had rows
	newest map[string]Call // answers that are no list, by host, method and path
	rest   map[string]Call // the same outside of scenarios
	later  map[string]Call // first answers of the scenario
	parsed map[string]table
}

// step is a call or a frame that says something of the world, and when what it
// says became true.
type step struct {
	at   int64
	line *Line
}

// lists are the paths that hold rows with ids.
var lists = []string{"/api/VirtualKeys", "/api/VirtualKeyGroups", "/api/ProviderCredentials", "/api/ModelProviderMapping", "/api/GlobalSettings"}

const (
	pathLog     = "/api/Analytics/logs"
	pathFailed  = "/api/provider-errors/recent"
	pathBilling = "/api/audit/billing/query"
	pathHealth  = "/api/ProviderHealth/"
	pathCosts   = "/api/Analytics/costs/virtualkeys"
)

func keyOfCall(c *Call) string { return c.Host + " " + c.Method + " " + c.Bare() }

func number(s string) (n int) {
	_, _ = fmt.Sscan(s, &n)
	return n
}

var rowPath = regexp.MustCompile(`^/(\d+)(/adjust-balance|/reset-spend)?$`)

// rowOf is the id in a path below a list's.
func rowOf(list, path string) (id string, ok bool) {
	m := rowPath.FindStringSubmatch(strings.TrimPrefix(path, list))
	if m == nil {
		return "", false
	}
	return m[1], m[2] == ""
}

// Advance takes in what happened until t, in milliseconds since the start.
func (w *World) Advance(t int64) {
	for w.next < len(w.steps) && w.steps[w.next].at <= t {
		l := w.steps[w.next].line
		at := w.rec.Start.Add(time.Duration(w.steps[w.next].at) * time.Millisecond)
		switch {
		case l.Call != nil:
			w.take(l.Call, at)
		case strings.Contains(l.In, `"InitialProviderHealth"`), strings.Contains(l.In, `"ProviderHealthRefreshed"`):
			w.takeHealth(l.In)
		}
		w.next++
	}
}

// addFailed remembers failures; the gateway's own list survives everything, but
// recorders read it with limits.
func (w *World) addFailed(answer string) {
	rows, _ := parseTable(answer)
	for _, r := range rows {
		if !slices.ContainsFunc(w.failed, func(old row) bool { return old.get("occurredAt") == r.get("occurredAt") }) {
			w.failed = append(w.failed, r)
		}
	}
}

// MasterKey is the one that the recorder used.
const MasterKey = "MASTER_KEY_EXAMPLE"

func (w *World) take(c *Call, at time.Time) {
	path := c.Bare()
	w.newest[keyOfCall(c)] = *c
	w.spent(c)
	w.reset(c)
	if c.Host == "core" {
		return
	}
	if path == pathFailed && c.Status == http.StatusOK {
		w.addFailed(c.Answer)
	}
	if path == pathLog && c.Status == http.StatusOK {
		rows, _ := parseTable(c.Answer)
		w.empty = len(rows) == 0 && len(w.log.until(at)) > 0
		for _, r := range rows {
			w.log.put(r)
		}
		return
	}
	if c.Status == http.StatusOK && strings.HasSuffix(path, "/adjust-balance") {
		w.topUp(c, at)
	}
	for _, list := range lists {
		if t := w.tables[list]; t != nil && (path == list || strings.HasPrefix(path, list+"/")) {
			takeList(t, list, c, at)
		}
	}
}

// topUp adds the transaction that a top-up makes: nobody read it in the
// recordings, and every read of transactions begins with the newest.
func (w *World) topUp(c *Call, at time.Time) {
	path := strings.TrimSuffix(c.Path, "adjust-balance") + "transactions"
	k := "admin GET " + path
	old, known := w.newest[k]
	if !known {
		old = w.rest[k]
	}
	t, _ := parseTable(old.Answer)
	group, _ := parseRow([]byte(c.Answer))
	ask, _ := parseRow(c.Ask)
	t = slices.Insert(t.until(at), 0, row{
		{"id", json.RawMessage("9999")},
		{"virtualKeyGroupId", json.RawMessage(group.get("id"))},
		{"transactionType", json.RawMessage("1")},
		{"amount", json.RawMessage(ask.get("amount"))},
		{"balanceAfter", json.RawMessage(group.get("balance"))},
		{"createdAt", json.RawMessage(at.Format(`"2006-01-02T15:04:05.999999Z"`))},
	})
	w.newest[k] = Call{Host: "admin", Method: http.MethodGet, Path: path, Status: http.StatusOK, MS: 5, Answer: t.json()}
}

// takeList brings a list up to date with one call.
func takeList(t *table, list string, c *Call, at time.Time) {
	id, isRow := rowOf(list, c.Bare())
	stamped := row{{"updatedAt", json.RawMessage(at.Format(`"2006-01-02T15:04:05.999999Z"`))}}
	ask, _ := parseRow(c.Ask)
	switch {
	case c.Method == http.MethodGet && c.Status == http.StatusOK && c.Path == list:
		if all, ok := parseTable(c.Answer); ok {
			*t = all
		}
	case c.Method == http.MethodGet && c.Status == http.StatusOK && isRow:
		if r, ok := parseRow([]byte(c.Answer)); ok {
			t.put(r)
		}
	case c.Method == http.MethodGet:
	case c.Method == http.MethodPost && c.Status == http.StatusCreated && c.Bare() == list:
		t.made([]byte(c.Answer))
	case c.Method == http.MethodPost && c.Status == http.StatusOK && c.Bare() == list+"/bulk":
		t.made([]byte(c.Answer))
	case c.Method == http.MethodPost && c.Status == http.StatusOK && strings.HasSuffix(c.Bare(), "/adjust-balance"):
		if i := t.find(id); i >= 0 { // its virtualKeyCount is not the list's
			r, _ := parseRow([]byte(c.Answer))
			r = slices.DeleteFunc(r, func(f field) bool { return f.name == "virtualKeyCount" })
			(*t)[i] = (*t)[i].with(r)
		}
	case c.Method == http.MethodPut && (c.Status == http.StatusNoContent || c.Status == 0):
		if i := t.find(cmp.Or(id, t.idOf(ask))); i >= 0 {
			(*t)[i] = (*t)[i].with(ask).with(stamped)
		}
	case c.Method == http.MethodDelete && c.Status == http.StatusNoContent:
		key, _ := strings.CutPrefix(c.Bare(), list+"/by-key/")
		t.remove(cmp.Or(id, t.idOf(row{{"key", json.RawMessage(key)}})))
	}
}

// idOf is the id of the setting with this key.
func (t *table) idOf(ask row) string {
	for _, r := range *t {
		if k := ask.get("key"); k != "" && r.get("key") == k {
			return r.get("id")
		}
	}
	return ""
}

// made adds what an answer says was made: a row, a row in "keyInfo", or rows in
// "created".
func (t *table) made(answer []byte) {
	var page struct {
		KeyInfo json.RawMessage
		Created []json.RawMessage
	}
	rows := []json.RawMessage{answer}
	if json.Unmarshal(answer, &page) == nil && page.KeyInfo != nil {
		rows = []json.RawMessage{page.KeyInfo}
	} else if page.Created != nil {
		rows = page.Created
	} else if all, ok := parseTable(string(answer)); ok {
		*t = append(*t, all...)
		return
	}
	for _, b := range rows {
		if r, ok := parseRow(b); ok {
			t.put(r)
		}
	}
}

// Answer is what the gateway answers at a time; Status 0 is none at all.
func (w *World) Answer(host, method, path string, ask []byte, now time.Time) Call {
	if end := w.rec.Start.Add(time.Duration(w.rec.Lines[len(w.rec.Lines)-1].T) * time.Millisecond); now.After(end) {
		now = end
	}
	c := Call{Host: host, Method: method, Path: path, Status: http.StatusOK, MS: 5}
	bare := c.Bare()
	if t := w.tables[bare]; t != nil && host == "admin" && method == http.MethodGet {
		c.Answer = t.json()
		return c
	}
	if known := w.rest["admin GET "+bare].Status == http.StatusOK && host == "admin"; known && bare == pathLog {
		c.Answer = w.logPage(path, now)
		return c
	} else if known && bare == pathCosts {
		c.Answer = w.costs(path, now)
		return c
	} else if known && bare == pathFailed && !w.failing() {
		c.Answer = ofProvider(w.failed.until(now).json(), path)
		return c
	}
	found, seen := w.newest[keyOfCall(&c)]
	if !seen {
		if found, seen = w.rest[keyOfCall(&c)]; !seen {
			found, seen = w.later[keyOfCall(&c)]
		}
		if bare != pathBilling { // its answers are asked for by time anyway
			found.Answer = w.until(found.Answer, now)
		}
	}
	if !seen {
		return Call{Host: host, Method: method, Path: path, Status: http.StatusNotFound, MS: 2}
	}
	if bare == pathBilling {
		found.Answer = w.within(found.Answer, ask, now)
	}
	return found
}

// rows are those of an answer, taken apart once.
func (w *World) rows(answer string) (table, bool) {
	t, known := w.parsed[answer]
	if !known {
		t, _ = parseTable(answer)
		w.parsed[answer] = t
	}
	return t, t != nil
}

// until leaves out of a list what was made later.
func (w *World) until(answer string, now time.Time) string {
	t, ok := w.rows(answer)
	if !ok || len(t.until(now)) == len(t) {
		return answer
	}
	return strings.Replace(answer, rowsIn(answer), t.until(now).json(), 1)
}

// failing reports whether the failures of providers could not be read.
func (w *World) failing() bool {
	c, known := w.newest["admin GET "+pathFailed]
	return known && c.Status != http.StatusOK
}

// rowsIn is the array in a body, as it is written there.
func rowsIn(body string) string {
	from, to := strings.IndexByte(body, '['), strings.LastIndexByte(body, ']')
	if from < 0 || to < from {
		return body
	}
	return body[from : to+1]
}

// logPage is the newest page of the request log.
func (w *World) logPage(path string, now time.Time) string {
	rows := w.log.until(now)
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(number(b.get("id")), number(a.get("id"))) })
	if u, err := url.Parse(path); w.empty || err != nil || u.Query().Get("page") > "1" {
		rows = nil
	}
	return fmt.Sprintf(`{"items":%s,"totalCount":%d,"currentPage":1,"pageSize":100,"totalPages":1,"hasPreviousPage":false,"hasNextPage":false,"page":1,"totalItems":%[2]d}`,
		rows.json(), len(rows))
}

// costs adds the request log up by key, as the gateway does.
func (w *World) costs(path string, now time.Time) string {
	u, err := url.Parse(path)
	if err != nil {
		return "{}"
	}
	from, _ := time.Parse(time.RFC3339Nano, u.Query().Get("startDate"))
	to, err := time.Parse(time.RFC3339Nano, u.Query().Get("endDate"))
	if err != nil || to.After(now) {
		to = now
	}
	sums := map[string]*big.Rat{}
	for _, r := range w.log.until(to) {
		cost, ok := new(big.Rat).SetString(r.get("cost"))
		if key := r.get("virtualKeyId"); ok && !r.dated().Before(from) {
			if sums[key] == nil {
				sums[key] = new(big.Rat)
			}
			sums[key].Add(sums[key], cost)
		}
	}
	var rows []string
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		rows = append(rows, fmt.Sprintf(`{"virtualKeyId":%s,"keyName":"Key %[1]s","totalCost":%s,"requestCount":1,"averageCostPerRequest":0,"lastUsed":null,"uniqueModels":1}`,
			key, sums[key].FloatString(8)))
	}
	return `{"virtualKeys":[` + strings.Join(rows, ",") + `],"totalCost":0,"totalRequests":0}`
}

// within leaves those billing events that were asked for.
func (w *World) within(body string, ask []byte, now time.Time) string {
	var a struct{ From, To time.Time }
	t, ok := w.rows(body)
	if json.Unmarshal(ask, &a) != nil || !ok {
		return body
	}
	t = slices.DeleteFunc(t.until(now), func(r row) bool { return r.dated().Before(a.From) || r.dated().After(a.To) })
	return fmt.Sprintf(`{"events":%s,"totalCount":%d,"pageNumber":1,"pageSize":%d,"totalPages":1}`, t.json(), len(t), max(len(t), 1))
}

// ofProvider leaves the failures of the provider that was asked for.
func ofProvider(body, path string) string {
	u, err := url.Parse(path)
	t, ok := parseTable(body)
	if err != nil || !ok || u.Query().Get("providerId") == "" {
		return body
	}
	t = slices.DeleteFunc(t, func(r row) bool { return r.get("providerId") != u.Query().Get("providerId") })
	return t.json()
}
