package rest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// paged serves a list in pages of a hundred, newest first, and counts who asks.
type paged struct {
	rows  []string
	asked atomic.Int64
}

func (p *paged) answer(q url.Values) string {
	p.asked.Add(1)
	page, _ := strconv.Atoi(q.Get("page"))
	from, to := min((page-1)*100, len(p.rows)), min(page*100, len(p.rows))
	return fmt.Sprintf(`{"items":[%s],"hasNextPage":%t}`, strings.Join(p.rows[from:to], ","), to < len(p.rows))
}

// busy is a group with so many transactions since its top-up.
func busy(since int) *paged {
	p := &paged{}
	for i := range since {
		left := 10_400 - float64(since-i)*0.01
		p.rows = append(p.rows, fmt.Sprintf(debitOf, 2000-i, "0.01", fmt.Sprintf("%.2f", left), "API usage by 3 virtual keys"))
	}
	p.rows = append(p.rows, fmt.Sprintf(creditOf, 1000, "500", "10400", topUpAt))
	return p
}

// serve answers pages of transactions and of the log, by their query.
func (g *gate) serve(books, log *paged) {
	g.failing(func(r *http.Request) (int, string) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/transactions") && books != nil:
			return http.StatusOK, books.answer(r.URL.Query())
		case r.URL.Path == "/api/Analytics/logs" && log != nil:
			return http.StatusOK, log.answer(r.URL.Query())
		}
		return 0, ""
	})
}

// lastGroup is the newest state of a group that was told.
func lastGroup(events []event.Event) (g event.GroupRead) {
	for _, f := range events {
		if x, ok := f.(event.GroupRead); ok {
			g = x
		}
	}
	return g
}

// TestATopUpFarBack: a group whose newest top-up is more than 500 transactions
// back is at an unknown share until it is found, and never at what was ever
// spent of what was ever paid in. The next run knows it at once.
func TestATopUpFarBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, books := newGate(t, "head"), busy(830)
		g.set(pathGroups, `[{"id":1,"groupName":"Busy","balance":10391.7,"lifetimeCreditsAdded":10500,"lifetimeSpent":108.3,"virtualKeyCount":1,"createdAt":"2026-11-01T00:00:00Z"}]`)
		g.serve(books, nil)
		w := watchGate(t, g)
		if x := lastGroup(w.take(10 * time.Second)); x.PeriodID != "" || x.Group != "1" {
			t.Errorf("at first: %+v", x)
		}
		if books.asked.Load() != creditPages {
			t.Errorf("%d pages were read at first", books.asked.Load())
		}
		x := lastGroup(w.take(90 * time.Second))
		if !strings.HasPrefix(x.PeriodID, "topup:1000@") || x.OpeningBalance != event.USD(10_400) || x.HasUnattributed {
			t.Errorf("after looking farther: %+v", x)
		}
		if books.asked.Load() > 10 {
			t.Errorf("%d pages were read", books.asked.Load())
		}
		w.stop()
		books.asked.Store(0)
		again := watchGate(t, g, func(o *Options) {
			o.Recall = func(id event.GroupID) (Topup, bool) {
				return Topup{ID: "1000", At: x.Began, Base: x.OpeningBalance, Credits: event.USD(10_500)}, id == "1"
			}
		})
		if y := lastGroup(again.take(10 * time.Second)); y.PeriodID != x.PeriodID || y.OpeningBalance != x.OpeningBalance || !y.Began.Equal(x.Began) {
			t.Errorf("the next run: %+v", y)
		}
		if books.asked.Load() > 2 {
			t.Errorf("the next run read %d pages", books.asked.Load())
		}
	})
}

// TestAGapIsReadInTheBackground: of a log that moved on by more than is read at
// once, each row comes, none is news, and what was read whole is said.
func TestAGapIsReadInTheBackground(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, log, now := newGate(t, "head"), &paged{}, time.Now().UTC()
		for i := range 1250 {
			log.rows = append(log.rows, fmt.Sprintf(`{"id":%d,"virtualKeyId":1,"modelName":"m","cost":0.001,"responseTimeMs":1,"timestamp":%q}`,
				5000-i, now.Add(-time.Hour-time.Duration(i)*time.Second).Format(time.RFC3339Nano)))
		}
		g.serve(nil, log)
		gap := Span{now.Add(-2 * time.Hour).Truncate(time.Minute), now.Truncate(time.Minute)}
		seen, whole, wanted := map[int64]int{}, false, 0
		w := watchGate(t, g, func(o *Options) {
			o.Wants = func(context.Context) Wants {
				if wanted++; wanted > 1 {
					return Wants{}
				}
				return Wants{Log: []Span{gap}}
			}
		})
		for _, f := range w.take(50 * time.Second) {
			switch x := f.(type) {
			case *event.SpendRecorded:
				t.Errorf("a row of before is told as news: %+v", x)
			case event.LogRead:
				for _, c := range x.Calls {
					seen[c.ID]++
				}
				whole = whole || x.From.Equal(gap.From)
			}
		}
		if len(seen) != 1250 || !whole {
			t.Errorf("%d rows, whole %v", len(seen), whole)
		}
		if n := g.requests("Analytics/logs"); n > 13+6 { // its pages, and the list as it comes

			t.Errorf("%d requests", n)
		}
	})
}

// TestWhatCameJustBeforeIsNotWatched: of a busy log the first page may lack the
// most of what came in the seconds before it was read, and the gateway's clock
// may go a little ahead unnoticed; that time is not said to be read.
func TestWhatCameJustBeforeIsNotWatched(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, log, now := newGate(t, "head"), &paged{}, time.Now().UTC()
		for i := range 400 {
			log.rows = append(log.rows, fmt.Sprintf(`{"id":%d,"virtualKeyId":1,"modelName":"m","cost":0.001,"responseTimeMs":1,"timestamp":%q}`,
				5000-i, now.Add(-time.Duration(i)*4*time.Millisecond).Format(time.RFC3339Nano)))
		}
		g.serve(nil, log)
		began := time.Now()
		watched := false
		for _, f := range watchGate(t, g).take(time.Minute) {
			if x, ok := f.(event.LogRead); ok && !x.From.IsZero() {
				if watched = true; x.From.Before(began.Add(clockGrain)) {
					t.Fatalf("read whole from %v on, when it was first read at %v", x.From, began)
				}
			}
		}
		if !watched {
			t.Error("what came later is not read whole")
		}
	})
}

// logOf is a log of one call a second, the newest at a time; ids are by time.
func logOf(n int, newest time.Time) *paged {
	log := &paged{}
	for i := range n {
		at := newest.UTC().Add(-time.Duration(i) * time.Second)
		log.rows = append(log.rows, fmt.Sprintf(`{"id":%d,"virtualKeyId":1,"modelName":"m","cost":0.001,"responseTimeMs":1,"timestamp":%q}`,
			at.Unix()%1_000_000, at.Format(time.RFC3339Nano)))
	}
	return log
}

// TestAFirstPageThatGoesBackIsWatched: of a calm log the first page has what came in the
// minutes before; what is said to be read begins with it, and with its rows.
func TestAFirstPageThatGoesBackIsWatched(t *testing.T) {
	for _, rows := range []int{40, 400} { // the whole log, and a page of it: 100 s
		bubble(t, func(t *testing.T) {
			g, began := newGate(t, "head"), time.Now()
			g.serve(nil, logOf(rows, began))
			told, from := 0, time.Time{}
			for _, f := range watchGate(t, g).take(time.Minute) {
				if x, ok := f.(event.LogRead); ok && x.Live {
					told += len(x.Calls)
					if from = x.From; from.Before(began) && told < min(rows, 100) {
						t.Fatalf("read whole from %v on, and %d calls of then were told", from, told)
					}
				}
			}
			if want := map[int]time.Duration{40: logWhole, 400: 97 * time.Second}[rows]; from.Sub(began.Add(-want)).Abs() > 2*time.Second {
				t.Errorf("of %d rows it is read from %v before on", rows, began.Sub(from))
			}
		})
	}
}

// TestAnEmptyLogOfAGatewayWithoutDatabase is no proof that nothing happened.
func TestAnEmptyLogOfAGatewayWithoutDatabase(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		g.serve(nil, logOf(150, time.Now()))
		gap := Span{time.Now().Add(-2 * time.Hour).Truncate(time.Minute), time.Now().Add(-time.Hour).Truncate(time.Minute)}
		w := watchGate(t, g, func(o *Options) { o.Wants = func(context.Context) Wants { return Wants{Log: []Span{gap}} } })
		w.take(4 * time.Second)
		g.set(pathHealth, `{"status":"unhealthy","checks":{}}`)
		g.serve(nil, &paged{})
		for _, f := range w.take(2 * time.Minute) {
			if x, ok := f.(event.LogRead); ok && x.From.Equal(gap.From) {
				t.Errorf("read whole: %+v", x)
			}
		}
		g.set(pathHealth, `{"status":"healthy","checks":{}}`)
		whole := false
		for _, f := range w.take(3 * time.Minute) {
			x, ok := f.(event.LogRead)
			whole = whole || ok && x.From.Equal(gap.From)
		}
		if !whole {
			t.Error("with a healthy database it is not read whole")
		}
	})
}

// TestAnEmptyLogJustBeforeTheDatabaseIsBack: that the database is well is asked after
// the log was read, and it may have come back only between the two.
func TestAnEmptyLogJustBeforeTheDatabaseIsBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g, now := newGate(t, "head"), time.Now().UTC()
		log := logOf(100, now) // what the first page has
		log.rows = append(log.rows, logOf(20, now.Add(-90*time.Minute)).rows...)
		g.serve(nil, log)
		gap := Span{now.Add(-2 * time.Hour).Truncate(time.Minute), now.Add(-time.Hour).Truncate(time.Minute)}
		w := watchGate(t, g, func(o *Options) { o.Wants = func(context.Context) Wants { return Wants{Log: []Span{gap}} } })
		w.take(4 * time.Second)
		serve, down := g.fail, false // it is, for one read of the span
		g.failing(func(r *http.Request) (int, string) {
			if strings.HasPrefix(r.URL.Path, "/api/Analytics/logs") && r.URL.Query().Get("startDate") != "" && !down {
				down = true
				return 200, `{"items":[],"hasNextPage":false}`
			}
			return serve(r)
		})
		seen := map[int64]bool{}
		for _, f := range w.take(3 * time.Minute) {
			x, ok := f.(event.LogRead)
			if !ok {
				continue
			}
			for _, c := range x.Calls {
				seen[c.ID] = seen[c.ID] || c.At.Before(gap.To)
			}
			maps.DeleteFunc(seen, func(_ int64, of bool) bool { return !of })
			if x.From.Equal(gap.From) && len(seen) < 20 {
				t.Fatalf("read whole with %d of 20 calls", len(seen))
			}
		}
		if !down || len(seen) != 20 {
			t.Errorf("%d calls", len(seen))
		}
	})
}
