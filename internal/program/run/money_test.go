//go:build unix

package run_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
	"gatewatch/internal/tools/demo"
)

// theBooks is what a gateway's own books say, read over its REST without any
// of our code.
type theBooks struct {
	Logged map[string]event.NanoUSD // by key, of the request log
	Direct event.NanoUSD            // debited at once
	Spent  map[string]event.NanoUSD // of groups, as their list has it
	Rows   int
}

func get[T any](t *testing.T, g *demo.Gateway, path string) (v T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.AdminURL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-API-Key", masterKey)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

func nano(t *testing.T, n json.Number) event.NanoUSD {
	t.Helper()
	v, _, err := event.ParseUSD([]byte(n))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// booksOf adds a gateway's books up.
func booksOf(t *testing.T, g *demo.Gateway) theBooks {
	t.Helper()
	b := theBooks{Logged: map[string]event.NanoUSD{}, Spent: map[string]event.NanoUSD{}}
	for page, more := 1, true; more; page++ {
		log := get[struct {
			Items []struct {
				VirtualKeyID json.Number
				Cost         json.Number
			}
			HasNextPage bool
		}](t, g, fmt.Sprintf("/api/Analytics/logs?pageSize=100&page=%d", page))
		for _, r := range log.Items {
			b.Logged[r.VirtualKeyID.String()] += nano(t, r.Cost)
			b.Rows++
		}
		more = log.HasNextPage
	}
	for _, x := range get[[]struct{ ID, LifetimeSpent json.Number }](t, g, "/api/VirtualKeyGroups") {
		b.Spent[x.ID.String()] = nano(t, x.LifetimeSpent)
		var flushed event.NanoUSD
		for page, more := 1, true; more; page++ {
			books := get[struct {
				Items []struct {
					TransactionType int
					Amount          json.Number
					Description     string
				}
				HasNextPage bool
			}](t, g, fmt.Sprintf("/api/VirtualKeyGroups/%s/transactions?pageSize=100&page=%d", x.ID, page))
			for _, r := range books.Items {
				switch {
				case r.TransactionType == 1:
				case r.Description == "Usage deducted":
					b.Direct += nano(t, r.Amount)
				default:
					flushed += nano(t, r.Amount)
				}
			}
			more = books.HasNextPage
		}
	}
	return b
}

// total is all that was spent.
func (b *theBooks) total() (n event.NanoUSD) {
	for _, v := range b.Logged {
		n += v
	}
	return n + b.Direct
}

// sums is what is shown of today.
func sums(live *state.Live) (today, parts event.NanoUSD) {
	g := live.Gateways["prod"]
	parts = event.NanoUSD(g.TodayNoKey + g.TodayAdjusted)
	for _, k := range live.Keys {
		parts += k.Today.Or(0)
	}
	return g.Today.Or(0), parts
}

// todays is what is shown of today, key by key.
func todays(live *state.Live) map[string]event.NanoUSD {
	all := make(map[string]event.NanoUSD, len(live.Keys))
	for id, k := range live.Keys {
		all[id] = k.Today.Or(0)
	}
	return all
}

const twoTeams = `
dialect conduit
have group 1 Platform credit=1000
have group 2 Research credit=500
have key 1 api group=Platform
have key 2 batch group=Platform
have key 3 notebook group=Research
have provider 1 openai type=OpenAI latency=100
have mapping 1 chat-default openai gpt-5.2 price=1.25/10
`

// What was spent today is what the gateway's own books say, key by key: what
// was watched, what was there before, what came while nobody watched (more rows
// of the log than are read at once, and a batch for a key of another group),
// and after a restart the same as before.
func TestTodayIsWhatTheBooksSay(t *testing.T) {
	t.Parallel()
	if now := time.Now(); now.Hour() == 23 && now.Minute() > 50 {
		t.Skip("the day ends while the test runs")
	}
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, twoTeams), Speed: 15})
	for range 7 { // before anybody watches
		do(t, g, "chat api cost=0.011", "chat notebook cost=0.25")
	}
	d.profile(g)
	p := d.watch()
	p.await("the log", func(live *state.Live) bool { return len(live.Groups) == 2 && len(live.Keys) == 3 && connected(live) })
	time.Sleep(2 * time.Second) // the log is read after those
	for range 20 {
		do(t, g, "chat api cost=0.02", "chat batch cost=0.03", "chat notebook cost=0.01")
	}
	do(t, g, "batch spend api 2.25 over=1s", "batch spend notebook 0.75 over=1s")
	agree := func(p *program, what string) {
		t.Helper()
		var b theBooks
		defer func() {
			if t.Failed() {
				live := p.snapshot().Live
				today, _ := sums(&live)
				t.Logf("%s: today %s (%s), of no key %d, keys %v; the books %s: %+v", what, today,
					live.Gateways["prod"].Today.Status(), live.Gateways["prod"].TodayNoKey, todays(&live), b.total(), b)
			}
		}()
		p.awaitFor(4*patience, what, func(live *state.Live) bool {
			b = booksOf(t, g)
			today, parts := sums(live)
			if today != parts {
				t.Fatalf("%s: today %s, its parts %s", what, today, parts)
			}
			same := today == b.total()
			for key, n := range b.Logged {
				switch key { // what the batch's end told of its items
				case "1":
					n += event.USD(2.25)
				case "3":
					n += event.USD(0.75)
				}
				same = same && live.Keys["prod/"+key].Today.Or(0) == n
			}
			return same && event.NanoUSD(live.Gateways["prod"].TodayNoKey) == b.Direct-event.USD(3)
		})
		live := p.snapshot().Live
		t.Logf("%s: %s of %d calls, %s of no key", what, b.total(), b.Rows, event.NanoUSD(live.Gateways["prod"].TodayNoKey))
	}
	agree(p, "while watched")
	p.stop()
	for range 1200 { // nobody watches
		do(t, g, "chat batch cost=0.001")
	}
	do(t, g, "batch spend notebook 1.5 over=1s")
	for end := time.Now().Add(patience); booksOf(t, g).Direct < event.USD(4.5) && time.Now().Before(end); { // else it is pushed to who watches next
		time.Sleep(100 * time.Millisecond)
	}
	p = d.watch()
	live := p.await("the money of before", func(live *state.Live) bool { return live.Gateways["prod"].Today.Or(0) > 0 })
	if today, parts := sums(&live); today != parts {
		t.Errorf("after the restart: today %s, its parts %s", today, parts)
	}
	agree(p, "after a gap of 1,200 calls")
	if err := p.History().Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second) // it is kept once a second
	lines, err := p.History().SpendSeries(t.Context(), history.SpendQuery{Step: history.StepDay, Gateway: "prod"})
	b := booksOf(t, g)
	if err != nil || len(lines) != 1 || lines[0].Amount != b.total() {
		t.Errorf("the history has %+v, %v; the books %s", lines, err, b.total())
	}
	p.stop()
	p = d.watch()
	live = p.await("the same after a restart", func(live *state.Live) bool { return live.Gateways["prod"].Today.Or(0) > 0 })
	if today, _ := sums(&live); today != b.total() {
		t.Errorf("after another restart: today %s, the books %s", today, b.total())
	}
}
