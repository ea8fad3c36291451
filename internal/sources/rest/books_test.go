package rest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/ledger"
)

// requestLog is a gateway's request log, read by time and page and added up by key.
type requestLog struct {
	mu    sync.Mutex
	rows  []bookRow // oldest first
	asked map[string]int
}

type bookRow struct {
	id   int
	key  int
	cost float64
	at   time.Time
}

func (b *requestLog) call(key int, cost float64, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rows = append(b.rows, bookRow{len(b.rows) + 1, key, cost, at})
}

// forge changes what a row of the past cost.
func (b *requestLog) forge(id int, cost float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rows[id-1].cost = cost
}

// serve answers the log and its sums.
func (b *requestLog) serve(g *gate) {
	b.asked = map[string]int{}
	g.failing(func(r *http.Request) (int, string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch r.URL.Path {
		case "/api/Analytics/logs":
			b.asked["log"]++
			return http.StatusOK, b.page(r.URL.Query())
		case pathCosts:
			b.asked["sums"]++
			return http.StatusOK, b.sums(r.URL.Query())
		}
		return 0, ""
	})
}

// between are the rows of a query's time, newest first.
func (b *requestLog) between(q url.Values) []bookRow {
	from, to := 0, len(b.rows)
	if t, err := time.Parse(time.RFC3339Nano, q.Get("startDate")); err == nil {
		from, _ = slices.BinarySearchFunc(b.rows, t, func(r bookRow, t time.Time) int { return r.at.Compare(t) })
	}
	if t, err := time.Parse(time.RFC3339Nano, q.Get("endDate")); err == nil {
		to, _ = slices.BinarySearchFunc(b.rows, t.Add(1), func(r bookRow, t time.Time) int { return r.at.Compare(t) })
	}
	return b.rows[from:max(from, to)]
}

func (b *requestLog) page(q url.Values) string {
	rows := b.between(q)
	page, _ := strconv.Atoi(q.Get("page"))
	size, _ := strconv.Atoi(q.Get("pageSize"))
	page, size = max(page, 1), max(size, 1)
	to := max(len(rows)-(page-1)*size, 0)
	from := max(to-size, 0)
	var items []string
	for _, r := range slices.Backward(rows[from:to]) {
		items = append(items, fmt.Sprintf(`{"id":%d,"virtualKeyId":%d,"modelName":"m","cost":%v,"responseTimeMs":1,"timestamp":%q}`,
			r.id, r.key, r.cost, r.at.UTC().Format(time.RFC3339Nano)))
	}
	return fmt.Sprintf(`{"items":[%s],"hasNextPage":%t}`, strings.Join(items, ","), from > 0)
}

func (b *requestLog) sums(q url.Values) string {
	of := map[int]float64{}
	for _, r := range b.between(q) {
		of[r.key] += r.cost
	}
	var keys []string
	for key, n := range of {
		keys = append(keys, fmt.Sprintf(`{"virtualKeyId":%d,"totalCost":%.6f}`, key, n))
	}
	return `{"virtualKeys":[` + strings.Join(keys, ",") + `]}`
}

// wantsOf asks the state what is wanted, as the program does.
func wantsOf(j *alertRun, mu *sync.Mutex) func(context.Context) Wants {
	span := func(x ledger.Span) Span { return Span{ledger.Minute(x.From).Time(), ledger.Minute(x.To).Time()} }
	return func(context.Context) (w Wants) {
		mu.Lock()
		defer mu.Unlock()
		known, check := j.live.Wanted("g", time.Now())
		for _, x := range known.Log {
			w.Log = append(w.Log, span(x))
		}
		if check.From < check.To {
			w.Check = span(check)
		}
		return w
	}
}

// TestBooksThatWereChanged: a gateway whose log is changed after it was read is
// told of, with the evidence, and no more when its books are as they were.
func TestBooksThatWereChanged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, b, j, mu := newGate(t, "head"), &requestLog{}, newAlertRun(), &sync.Mutex{}
		b.serve(g)
		w := watchGate(t, g, func(o *Options) { o.Wants = wantsOf(j, mu) })
		var fired []string
		compared := 0
		minutes := func(n int) {
			for i := range 30 * n {
				if i%30 == 0 {
					b.call(1, 0.25, time.Now())
				}
				events := w.take(2 * time.Second)
				mu.Lock()
				for _, f := range events {
					if _, is := f.(event.BooksChecked); is {
						compared++
					}
				}
				for _, f := range j.fired(event.ViaREST, events...) {
					if strings.HasPrefix(f, "books.") {
						fired = append(fired, f)
					}
				}
				mu.Unlock()
			}
		}
		minutes(45)
		if len(fired) > 0 || compared != 1 {
			t.Fatalf("fired %v after %d comparisons", fired, compared)
		}
		j.live.CheckDue("g", true, time.Now()) // gaps were filled: it is compared again
		b.forge(12, 9.25)
		minutes(8)
		line := j.open("books.differ")
		if !strings.Contains(strings.Join(fired, ", "), "books.differ warning g") || !strings.Contains(line.Body, "platform-api: $") || !strings.Contains(line.Body, "by the gateway's log") {
			t.Errorf("fired %v: %q, %q", fired, line.Title, line.Body)
		}
		t.Log(line.Title, "-", line.Body)
		b.forge(12, 0.25)
		minutes(16)
		if line := j.open("books.differ"); line.Status != "" {
			t.Errorf("still %s: %s", line.Status, line.Body)
		}
	})
}

// TestADayOfAHundredThousandRows: a program that was away for a day reads all of
// it in the background, a page each two seconds; meanwhile its lists are read
// as ever.
func TestADayOfAHundredThousandRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, b, j, mu := newGate(t, "head"), &requestLog{}, newAlertRun(), &sync.Mutex{}
		b.serve(g)
		now := time.Now()
		const rows = 100_000
		for i := range rows {
			b.call(1+i%20, 0.001, now.Add(-23*time.Hour+time.Duration(i)*800*time.Millisecond))
		}
		w := watchGate(t, g, func(o *Options) { o.Wants = wantsOf(j, mu) })
		began, whole := time.Now(), time.Duration(0)
		lists := 0
		for time.Since(began) < time.Hour && whole == 0 {
			before := g.requests("VirtualKeyGroups")
			events := w.take(time.Minute)
			lists += g.requests("VirtualKeyGroups") - before
			mu.Lock()
			j.fired(event.ViaREST, events...)
			known, _ := j.live.Wanted("g", time.Now())
			if st := j.live.Book("g").Statement(-1<<40, 1<<40); st.Requests >= rows && len(known.Log) <= 1 {
				whole = time.Since(began)
			}
			mu.Unlock()
		}
		st := j.live.Book("g").Statement(-1<<40, 1<<40)
		t.Logf("%d rows in %v, %d requests of the log; lists were read %d times meanwhile", st.Requests, whole, b.asked["log"], lists)
		if st.Requests < rows || st.Models["m"] != event.USD(100) || whole == 0 || whole > 40*time.Minute || b.asked["log"] > 1000+300 || lists < 30 {
			t.Errorf("%d rows of %s in %v, %d requests, lists %d times", st.Requests, st.Total, whole, b.asked["log"], lists)
		}
	})
}
