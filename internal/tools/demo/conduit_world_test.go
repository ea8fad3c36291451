package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// seen is what a client would read now and then.
type seen struct {
	t *testing.T
	r *rehearsal
}

// rehearseTo plays a scenario up to a time; play goes on from there.
func rehearseTo(t *testing.T, text string, until time.Duration) *seen {
	t.Helper()
	return &seen{t, rehearse(t, script(t, text), Options{}, until)}
}

func (s *seen) play(until time.Duration) {
	s.t.Helper()
	for len(s.r.stage.due) > 0 && s.r.stage.due[0].at <= until {
		if err := s.r.stage.next(); err != nil {
			s.t.Error(err)
		}
	}
}

// read decodes a list of Admin's.
func (s *seen) read(path string, into any) {
	s.t.Helper()
	code, body := s.r.asked(s.t, http.MethodGet, path, "")
	if code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", path, code, body)
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		s.t.Fatal(err)
	}
}

func (s *seen) balance(group int) string {
	s.t.Helper()
	var g struct{ Balance json.Number }
	s.read(fmt.Sprintf("/api/VirtualKeyGroups/%d", group), &g)
	return g.Balance.String()
}

func (s *seen) logged() int {
	s.t.Helper()
	var page struct{ TotalCount int }
	s.read("/api/Analytics/logs", &page)
	return page.TotalCount
}

// audited lists the audit as "type status provider", oldest first.
func (s *seen) audited() (list []string) {
	s.t.Helper()
	code, body := s.r.asked(s.t, http.MethodPost, "/api/audit/billing/query",
		`{"pageNumber":1,"pageSize":200,"from":"2026-01-01T00:00:00Z","to":"2027-01-01T00:00:00Z"}`)
	var page struct {
		Events []struct {
			EventType, ProviderType string
			HTTPStatusCode          int
		}
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || code != http.StatusOK {
		s.t.Fatal(code, body, err)
	}
	for _, e := range page.Events {
		list = append([]string{fmt.Sprintf("%s %d %s", e.EventType, e.HTTPStatusCode, e.ProviderType)}, list...)
	}
	return list
}

// A call is in the log at once and reaches the balance at the flush; a
// streaming one reaches neither. The audit has both some seconds later.
func TestConduitMoneyComesLate(t *testing.T) {
	s := rehearseTo(t, small+"5s chat platform-api cost=0.5\n6s chat platform-api stream\n7s chat platform-api answers=500", 8*time.Second)
	if got := s.logged(); got != 1 {
		t.Errorf("%d calls in the log", got)
	}
	if got := s.balance(1); got != "90.00000000" {
		t.Errorf("the balance is %s before the flush", got)
	}
	if got := s.audited(); got != nil {
		t.Errorf("the audit has %q at once", got)
	}
	s.play(29 * time.Second)
	want := []string{"UsageTracked 200 OpenAI", "StreamingUsageMissing 200 OpenAI", "MissingUsageData 500 OpenAI"}
	if diff := cmp.Diff(want, s.audited()); diff != "" {
		t.Errorf("the audit (-want +got):\n%s", diff)
	}
	if got := s.balance(1); got != "90.00000000" {
		t.Errorf("the balance is %s before the flush", got)
	}
	s.play(31 * time.Second)
	if got := s.balance(1); got != "89.50000000" {
		t.Errorf("the balance is %s after the flush", got)
	}
	var page struct {
		Items []struct {
			Description   string
			Amount, After json.Number
		}
	}
	s.read("/api/VirtualKeyGroups/1/transactions", &page)
	if e := page.Items[0]; e.Description != "API usage by virtual key #1" || e.Amount != "0.500000" {
		t.Errorf("the newest transaction is %+v", e)
	}
}

// The audit is empty for those who do not say from when to when.
func TestConduitAuditWantsTimes(t *testing.T) {
	s := rehearseTo(t, small+"chat platform-api", 20*time.Second)
	if _, body := s.r.asked(t, http.MethodPost, "/api/audit/billing/query", `{"pageNumber":1,"pageSize":5}`); !strings.HasPrefix(body, `{"events":[],"totalCount":0`) {
		t.Errorf("%s", body)
	}
}

// A balance goes below zero between two flushes; then calls are refused.
func TestConduitBalanceGoesBelowZero(t *testing.T) {
	s := rehearseTo(t, small+"1s chat intern cost=4.9\n2s chat intern cost=0.4\n40s chat intern cost=1", 35*time.Second)
	if got := s.balance(2); got != "-0.30000000" {
		t.Errorf("the balance is %s", got)
	}
	s.play(70 * time.Second)
	if got := s.balance(2); got != "-0.30000000" || s.logged() != 2 {
		t.Errorf("a refused call is charged: %s, %d calls", got, s.logged())
	}
	if all := s.audited(); all[len(all)-1] != "MissingUsageData 402 unknown" {
		t.Errorf("the audit says %q", all)
	}
}

// One refused key, or the second unpaid bill, switches a provider off, until an
// administrator switches it on. Other failures do not, and none is told.
func TestConduitSwitchesProvidersOff(t *testing.T) {
	for _, tt := range []struct {
		answers string
		on      bool
		count   int // of failures: an off provider has no more
	}{
		{"401 401", false, 1},
		{"402", true, 1},
		{"402 402 402", false, 2},
		{"403 403 429 500 404", true, 5},
	} {
		var b strings.Builder
		for status := range strings.FieldsSeq(tt.answers) {
			fmt.Fprintf(&b, "1s chat platform-api answers=%s\n", status)
		}
		s := rehearseTo(t, small+b.String()+"2s chat platform-api", 3*time.Second)
		var p struct {
			IsEnabled bool
			UpdatedAt time.Time
		}
		var errors []struct {
			OccurredAt time.Time
			IsFatal    bool
			ErrorType  string
		}
		s.read("/api/ProviderCredentials/1", &p)
		s.read("/api/provider-errors/recent", &errors)
		if p.IsEnabled != tt.on || len(errors) != tt.count {
			t.Errorf("%s: enabled %v with %d failures", tt.answers, p.IsEnabled, len(errors))
		}
		if after := p.UpdatedAt.Sub(errors[0].OccurredAt); !tt.on && (after < time.Millisecond || after > 60*time.Millisecond || !errors[0].IsFatal) {
			t.Errorf("%s: switched off %v after %+v", tt.answers, after, errors[0])
		}
		if served := s.logged() == 1; served != tt.on {
			t.Errorf("%s: a later call is served: %v", tt.answers, served)
		}
		for _, f := range s.r.frames {
			t.Errorf("%s: %s is told", tt.answers, f.frame)
		}
	}
	s := rehearseTo(t, small+"1s upstream openai 401\n1s chat platform-api\n1s upstream openai ok\n9s provider enable openai\n10s chat platform-api", 11*time.Second)
	if s.logged() != 1 {
		t.Error("it is not switched on again")
	}
}

// A batch books once and tells twice, the alerts between; its numbers are of
// the group and its percentages none.
func TestConduitTellsBookingsTwice(t *testing.T) {
	s := rehearseTo(t, "dialect conduit\nhave group 1 Research credit=40.5\nhave key 3 research group=Research\n"+
		"have provider 1 p type=OpenAICompatible\nhave mapping 1 demo-chat p x\n1s batch spend research 21\n2s batch spend research 10", 3*time.Second)
	type told struct {
		NewSpend, TotalSpend     json.Number
		Budget, BudgetPercentage *json.Number
		Provider                 string
		AlertType                string
	}
	var got []string
	for _, f := range s.r.frames {
		if f.hub != hubSpend {
			continue
		}
		if f.group != "vkey-3" {
			t.Errorf("told to %q", f.group)
		}
		var m struct{ Arguments []told }
		if err := json.Unmarshal([]byte(strings.TrimSuffix(f.frame, "\x1e")), &m); err != nil {
			t.Fatal(err)
		}
		a, budget, pct := m.Arguments[0], "null", "null"
		if a.AlertType != "" {
			got = append(got, a.AlertType)
			continue
		}
		if a.Budget != nil {
			budget, pct = a.Budget.String(), a.BudgetPercentage.String()
		}
		got = append(got, strings.Join([]string{a.NewSpend.String(), a.TotalSpend.String(), budget, pct, a.Provider}, " "))
	}
	want := []string{
		"21 21 null null OpenAICompatible",
		"budget_50_percent", "budget_75_percent", "budget_90_percent", "budget_exceeded",
		"21 21.00000000 19.50000000 107.69230769230769230769230769 unknown", // to the digit as recorded
		"10 10 null null OpenAICompatible",
		"10 31.00000000 9.50000000 326.31578947368421052631578947 unknown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("told on the spend hub (-want +got):\n%s", diff)
	}
	if got := s.balance(1); got != "9.50000000" || s.logged() != 0 {
		t.Errorf("booked: %s, %d calls", got, s.logged())
	}
}

// What the event calls a percentage is computed as a decimal of 96 bits.
func TestPercentageAsRecorded(t *testing.T) {
	for _, tt := range []struct{ spent, left, want string }{
		{"21", "19.5", "107.69230769230769230769230769"},
		{"0.859", "250.641", "0.3427212626824821158549479100"},
		{"0.939", "250.561", "0.3747590407126408339685745200"},
	} {
		spent, err := parseUSD(tt.spent)
		if err != nil {
			t.Fatal(err)
		}
		left, err := parseUSD(tt.left)
		if err != nil {
			t.Fatal(err)
		}
		if got := percentage(spent, left).String(); got != tt.want {
			t.Errorf("%s of %s is %s, recorded %s", tt.spent, tt.left, got, tt.want)
		}
	}
}

// With the bus down Core serves a key that was disabled and tells nobody of a
// mapping; it catches up within 40 s after the bus is back.
func TestConduitMissesChangesWithoutBus(t *testing.T) {
	s := rehearseTo(t, small+"1s bus off\n2s key disable intern\n3s mapping update chat-default\n4s batch spend platform-api 1\n10s bus on", 9*time.Second)
	served := func() int {
		code, _ := s.r.asked(t, http.MethodGet, "/v1/models", "", as(secretOf("intern"))...)
		return code
	}
	if _, body := s.r.asked(t, http.MethodGet, "/health", ""); body != "Degraded" || served() != 200 {
		t.Errorf("Core says %s and answers the key with %d", body, served())
	}
	if _, body := s.r.asked(t, http.MethodGet, "/admin/health", ""); body != "Healthy" {
		t.Errorf("Admin says %s", body)
	}
	targets := func() (list []string) {
		for _, f := range s.r.frames {
			_, rest, _ := strings.Cut(f.frame, `"target":"`)
			name, _, _ := strings.Cut(rest, `"`)
			list = append(list, name)
		}
		return list
	}
	if diff := cmp.Diff([]string{"TaskStarted"}, targets()); diff != "" {
		t.Errorf("told without the bus:\n%s", diff)
	}
	s.play(22 * time.Second)
	if served() != 200 {
		t.Error("Core hears of it in no time")
	}
	s.play(51 * time.Second)
	if _, body := s.r.asked(t, http.MethodGet, "/health", ""); body != "Healthy" || served() != 401 {
		t.Errorf("afterwards Core says %s and answers the key with %d", body, served())
	}
	if diff := cmp.Diff([]string{"TaskStarted", "OnModelMappingChanged", "TaskProgress", "TaskCancelled"}, targets()); diff != "" {
		t.Errorf("told in all:\n%s", diff)
	}
	if got := s.balance(1); got != "90.00000000" {
		t.Errorf("the cancelled batch booked: %s", got)
	}
}

// Statistics of webhooks come every minute, and not without Redis.
func TestConduitStatisticsStopWithRedis(t *testing.T) {
	s := rehearseTo(t, small+"130s redis off\n250s redis on", 320*time.Second)
	var at []time.Duration
	for _, f := range s.r.frames {
		if strings.Contains(f.frame, "DeliveryStatisticsUpdated") {
			at = append(at, f.at)
		}
	}
	if diff := cmp.Diff([]time.Duration{60 * time.Second, 120 * time.Second, 300 * time.Second}, at); diff != "" {
		t.Errorf("statistics (-want +got):\n%s", diff)
	}
}

// An image fails four times in twelve seconds, as at that commit.
func TestConduitImagesFail(t *testing.T) {
	s := rehearseTo(t, small+"1s task image task_1 run", 20*time.Second)
	var got []string
	for _, f := range s.r.frames {
		_, rest, _ := strings.Cut(f.frame, `"target":"`)
		name, _, _ := strings.Cut(rest, `"`)
		got = append(got, fmt.Sprintf("%s %v %s", f.group, f.at.Truncate(time.Second), name))
	}
	want := []string{}
	for _, at := range []string{"1s", "2s", "6s", "13s"} {
		want = append(want, "image-task_1 "+at+" ImageGenerationProgress", "image-task_1 "+at+" ImageGenerationFailed")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Filters other than dates work on a page that was cut already.
func TestConduitLogFiltersLate(t *testing.T) {
	var b strings.Builder
	for range 10 {
		b.WriteString("chat platform-api\nchat intern cost=0.01\n")
	}
	s := rehearseTo(t, small+b.String(), time.Second)
	var page struct {
		Items      []struct{ VirtualKeyID int }
		TotalCount int
	}
	s.read("/api/Analytics/logs?virtualKeyId=2&pageSize=5", &page)
	if len(page.Items) != 3 || page.TotalCount != 3 {
		t.Errorf("%d rows of %d", len(page.Items), page.TotalCount)
	}
	s.read("/api/Analytics/logs?pageSize=5&page=4", &page)
	if len(page.Items) != 5 || page.TotalCount != 20 {
		t.Errorf("%d rows of %d", len(page.Items), page.TotalCount)
	}
}

// What the log of the past says that keys cost is what their groups had spent,
// since the credit that is the newest.
func TestConduitPastAddsUp(t *testing.T) {
	s := rehearseTo(t, "dialect conduit\nhave group 1 A credit=100 spent=31.2\nhave group 2 B credit=100 spent=7\n"+
		"have key 1 a1 group=A\nhave key 2 a2 group=A\nhave key 3 b group=B\n"+
		"have provider 1 p\nhave mapping 1 m p x\nhave log 500 over=48h", 0)
	var sums struct {
		VirtualKeys []struct {
			VirtualKeyID int
			TotalCost    json.Number
		}
		TotalRequests int
	}
	type line struct {
		TransactionType      int
		Amount, BalanceAfter json.Number
		CreatedAt            time.Time
	}
	var books []line // newest first
	for page := 1; ; page++ {
		var credits struct{ Items []line }
		s.read(fmt.Sprintf("/api/VirtualKeyGroups/1/transactions?pageSize=100&page=%d", page), &credits)
		books = append(books, credits.Items...)
		if len(credits.Items) < 100 {
			break
		}
	}
	debits := 100*dollar - mustUSD(t, books[0].BalanceAfter)
	for i, l := range books[:len(books)-1] {
		debits -= mustUSD(t, l.Amount)
		if older := books[i+1]; l.TransactionType != debited || l.CreatedAt.Before(older.CreatedAt) || mustUSD(t, l.BalanceAfter)+mustUSD(t, l.Amount) != mustUSD(t, older.BalanceAfter) {
			t.Fatalf("%+v follows %+v", l, older)
		}
	}
	if debits != 0 || len(books) < 100 {
		t.Errorf("%d lines, whose debits differ from the balance by %v", len(books), debits)
	}
	since := books[len(books)-1].CreatedAt
	s.read("/api/Analytics/costs/virtualkeys?startDate="+since.Format(time.RFC3339), &sums)
	total := map[int]usd{}
	for _, k := range sums.VirtualKeys {
		total[k.VirtualKeyID] = mustUSD(t, k.TotalCost)
	}
	const some = 500 * 1000 // each call is rounded to six decimals
	a, b := total[1]+total[2], total[3]
	if off := 31*dollar + dollar/5 - a; off < 0 || off > some {
		t.Errorf("the keys of A cost %v", a)
	}
	if off := 7*dollar - b; off < 0 || off > some || sums.TotalRequests != 500 {
		t.Errorf("the key of B cost %v, in %d calls of both", b, sums.TotalRequests)
	}
}
