package rest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// fakeBilling is a gate with one group of two keys: a dollar a key since a
// top-up of 100, and what else was charged.
type fakeBilling struct {
	*gate
	balance, credits string
	transactions     []string // newest first
	log              []string // newest first
}

const (
	topUpAt  = "2026-11-22T22:00:00Z"
	keyRow   = `{"id":%d,"keyName":"k%d","virtualKeyGroupId":1,"isEnabled":true,"createdAt":"2026-11-01T00:00:00Z","updatedAt":"2026-11-01T00:00:00Z"}`
	groupRow = `[{"id":1,"groupName":"team","balance":%s,"lifetimeCreditsAdded":%s,"lifetimeSpent":2,"virtualKeyCount":2,"createdAt":"2026-11-01T00:00:00Z"}]`
	creditOf = `{"id":%d,"transactionType":1,"amount":%s,"balanceAfter":%s,"description":"top-up","createdAt":%q}`
	debitOf  = `{"id":%d,"transactionType":2,"amount":%s,"balanceAfter":%s,"description":%q,"createdAt":"2026-11-22T23:00:00Z"}`
)

func newFakeBilling(t *testing.T) *fakeBilling {
	l := &fakeBilling{gate: newGate(t, "head"), balance: "97.9", credits: "100"}
	l.transactions = []string{
		fmt.Sprintf(debitOf, 12, "0.1", "97.9", "Usage deducted"),
		fmt.Sprintf(debitOf, 11, "2", "98", "API usage by virtual key #1"),
		fmt.Sprintf(creditOf, 10, "100", "100", topUpAt),
		fmt.Sprintf(debitOf, 9, "7", "0", "Usage deducted"), // before the top-up
	}
	l.log = []string{`{"id":40,"virtualKeyId":1,"modelName":"m","cost":1,"responseTimeMs":1,"timestamp":"2026-11-22T22:30:00Z"}`}
	l.set(pathKeys, "["+fmt.Sprintf(keyRow, 1, 1)+","+fmt.Sprintf(keyRow, 2, 2)+"]")
	l.set(pathCosts, `{"virtualKeys":[{"virtualKeyId":1,"totalCost":1.50},{"virtualKeyId":2,"totalCost":0.5},{"virtualKeyId":9,"totalCost":77}]}`)
	l.serve()
	return l
}

func (l *fakeBilling) serve() {
	l.set(pathGroups, fmt.Sprintf(groupRow, l.balance, l.credits))
	l.set(pathGroups+"/1/transactions", `{"items":[`+strings.Join(l.transactions, ",")+`],"hasNextPage":false}`)
	l.set("/api/Analytics/logs", `{"items":[`+strings.Join(l.log, ",")+`],"hasNextPage":false}`)
}

// pay adds a request of a key to the log.
func (l *fakeBilling) pay(key int, cost string) {
	l.log = append([]string{fmt.Sprintf(`{"id":%d,"virtualKeyId":%d,"modelName":"m","cost":%s,"responseTimeMs":1,"timestamp":%q}`,
		41+len(l.log), key, cost, time.Now().UTC().Format(time.RFC3339Nano))}, l.log...)
}

// TestTotalsOfKeys: what the log says since the top-up, and on from there.
func TestTotalsOfKeys(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l, j := newFakeBilling(t), newAlertRun()
		w := watchGate(t, l.gate)
		j.fired(event.ViaREST, w.take(5*time.Second)...)
		l.mu.Lock()
		asked := strings.Join(l.asked, " ")
		l.mu.Unlock()
		if !strings.Contains(asked, "startDate=2026-11-22T22%3A00%3A00Z") {
			t.Errorf("asked %s", asked)
		}
		key := func(id string) string {
			k := j.live.Live().Keys["g/"+id]
			return fmt.Sprint(k.Total.Or(-1), " since ", time.UnixMilli(k.TotalSince).UTC().Format("15:04"))
		}
		if got := key("1") + ", " + key("2"); got != "1.5 since 22:00, 0.5 since 22:00" {
			t.Errorf("at first: %s", got)
		}
		l.pay(1, "0.25")
		l.pay(2, "0.125")
		l.serve()
		events := w.take(10 * time.Second)
		j.fired(event.ViaREST, events...)
		if got := key("1") + ", " + key("2"); got != "1.75 since 22:00, 0.625 since 22:00" {
			t.Errorf("after two requests: %s\n%s", got, wordsOf(events))
		}
		l.credits, l.balance = "150", "147.9"
		l.transactions = append([]string{fmt.Sprintf(creditOf, 13, "50", "147.9", "2026-11-22T23:08:14Z")}, l.transactions...)
		l.set(pathCosts, `{"virtualKeys":[]}`)
		l.serve()
		events = w.take(30 * time.Second)
		want := []event.GroupCredited{{
			Group: "1", Name: "team", Transaction: "13", Amount: event.USD(50), Balance: event.USD(147.9), Note: "top-up",
			At: time.Date(2026, 11, 22, 23, 8, 14, 0, time.UTC),
		}}
		if d := cmp.Diff(want, of[event.GroupCredited](events)); d != "" {
			t.Error(d)
		}
		j.fired(event.ViaREST, events...)
		if got := key("1") + ", " + key("2"); got != "0 since 23:08, 0 since 23:08" {
			t.Errorf("after a top-up: %s", got)
		}
		clone := j.live.Clone()
		found := false
		for _, c := range clone.Changes {
			found = found || c.Entity == "key_group" && c.Action == "credited" && c.Details[0] == "+$50.00"
		}
		if !found {
			t.Errorf("changes %+v", clone.Changes)
		}
	})
}

// TestAMovedKeyKeepsItsPast: what a key cost in another group goes with it.
func TestAMovedKeyKeepsItsPast(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l, j := newFakeBilling(t), newAlertRun()
		other := `{"id":2,"groupName":"other","balance":50,"lifetimeCreditsAdded":50,"lifetimeSpent":0,"virtualKeyCount":0,"createdAt":"2026-11-01T00:00:00Z"}`
		l.set(pathGroups, strings.TrimSuffix(fmt.Sprintf(groupRow, l.balance, l.credits), "]")+","+other+"]")
		l.set(pathGroups+"/2/transactions", `{"items":[`+fmt.Sprintf(creditOf, 3, "50", "50", topUpAt)+`],"hasNextPage":false}`)
		w := watchGate(t, l.gate)
		j.fired(event.ViaREST, w.take(5*time.Second)...)
		moved := strings.Replace(fmt.Sprintf(keyRow, 1, 1), `"virtualKeyGroupId":1`, `"virtualKeyGroupId":2`, 1)
		l.set(pathKeys, "["+moved+","+fmt.Sprintf(keyRow, 2, 2)+"]")
		j.fired(event.ViaREST, w.take(2*time.Minute)...)
		if k := j.live.Live().Keys["g/1"]; k.Group != "2" || k.Total.Or(-1) != event.USD(1.5) {
			t.Errorf("in group %s it cost %v", k.Group, k.Total.Or(-1))
		}
	})
}

// TestADeletedKeyKeepsItsSum: sums that are read anew, as another key came to
// the group, have no row of a key that is gone. What it cost is no less for that.
func TestADeletedKeyKeepsItsSum(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l, j := newFakeBilling(t), newAlertRun()
		other := `{"id":2,"groupName":"other","balance":50,"lifetimeCreditsAdded":50,"lifetimeSpent":0,"virtualKeyCount":0,"createdAt":"2026-11-01T00:00:00Z"}`
		l.set(pathGroups, strings.TrimSuffix(fmt.Sprintf(groupRow, l.balance, l.credits), "]")+","+other+"]")
		l.set(pathGroups+"/2/transactions", `{"items":[`+fmt.Sprintf(creditOf, 3, "50", "50", topUpAt)+`],"hasNextPage":false}`)
		from := strings.Replace(fmt.Sprintf(keyRow, 3, 3), `"virtualKeyGroupId":1`, `"virtualKeyGroupId":2`, 1)
		l.set(pathKeys, "["+fmt.Sprintf(keyRow, 1, 1)+","+fmt.Sprintf(keyRow, 2, 2)+","+from+"]")
		w := watchGate(t, l.gate)
		j.fired(event.ViaREST, w.take(5*time.Second)...)
		l.set(pathKeys, "["+fmt.Sprintf(keyRow, 1, 1)+","+fmt.Sprintf(keyRow, 3, 3)+"]")
		l.set(pathCosts, `{"virtualKeys":[{"virtualKeyId":1,"totalCost":1.50}]}`)
		j.fired(event.ViaREST, w.take(3*time.Minute)...)
		k := j.live.Live().Keys["g/2"]
		if k.Status != "deleted" || k.Total.Or(0) != event.USD(0.5) {
			t.Errorf("it is %s and cost %v", k.Status, k.Total)
		}
		if k := j.live.Live().Keys["g/3"]; k.Group != "1" {
			t.Errorf("the other is in group %s", k.Group)
		}
	})
}

// TestOtherSpend: what no row of the log explains is looked up, reported once and
// shown; what the log explains costs no request.
func TestOtherSpend(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l, j := newFakeBilling(t), newAlertRun()
		w := watchGate(t, l.gate)
		first := w.take(5 * time.Second)
		j.fired(event.ViaREST, first...)
		other := func() string { return fmt.Sprint(event.NanoUSD(j.live.Live().Groups["g/1"].Unattributed)) }
		if got := other(); got != "0.1" || len(of[event.GroupDebited](first)) != 0 {
			t.Errorf("at first %s, %v", got, of[event.GroupDebited](first))
		}
		l.requests("")
		l.pay(1, "0.25")
		l.balance = "97.65" // flushed
		l.serve()
		j.fired(event.ViaREST, w.take(5*time.Minute)...)
		if n := l.requests("transactions"); n != 0 || other() != "0.1" {
			t.Errorf("%d requests for what the log explains, other %s", n, other())
		}
		l.balance = "97.15"
		l.transactions = append([]string{
			fmt.Sprintf(debitOf, 15, "0.5", "97.15", "Usage deducted"), fmt.Sprintf(debitOf, 14, "0.25", "97.65", "API usage by virtual key #1"),
		}, l.transactions...)
		l.serve()
		events := w.take(time.Minute)
		j.fired(event.ViaREST, events...)
		want := []event.GroupDebited{{
			Group: "1", Name: "team", Transaction: "15", Amount: event.USD(0.5), Balance: event.USD(97.15),
			At: time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC),
		}}
		if d := cmp.Diff(want, of[event.GroupDebited](events)); d != "" || other() != "0.6" {
			t.Errorf("other %s %s", other(), d)
		}
		if n := l.requests("transactions"); n != 1 {
			t.Errorf("%d requests", n)
		}
		l.balance = "96" // nobody says why
		l.serve()
		events = w.take(10 * time.Minute)
		j.fired(event.ViaREST, events...)
		if n := l.requests("transactions"); n != 1 || other() != "0.6" || len(of[event.GroupDebited](events)) != 0 {
			t.Errorf("%d requests for what nothing explains, other %s", n, other())
		}
	})
}
