package rest

import (
	"encoding/json"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatewatch/internal/tools/replay"
)

// calls are all answers of a recorded gateway, inside and outside of scenarios,
// their bodies as they came.
func calls(t *testing.T, gateway string) (all []replay.Call) {
	t.Helper()
	recordings, err := replay.Load(gateway)
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(slices.Clone(recordings[0].Rest), func(c replay.Call) bool { return c.Cut() })
	for _, r := range recordings {
		for i := range r.Lines {
			if c := r.Lines[i].Call; c != nil && !c.IsNegotiate() && !c.Cut() {
				all = append(all, *c)
			}
		}
	}
	return all
}

// rawRows are the objects of a list as they were written.
func rawRows(body string) (rows []map[string]json.RawMessage) {
	var page struct {
		Items, Events, VirtualKeys []map[string]json.RawMessage
	}
	if json.Unmarshal([]byte(body), &rows) == nil {
		return rows
	}
	if json.Unmarshal([]byte(body), &page) != nil {
		return nil
	}
	return append(append(page.Items, page.Events...), page.VirtualKeys...)
}

// TestEveryAnswerOfBothGateways: what the program reads decodes without a row
// being lost, as often as it was recorded.
func TestEveryAnswerOfBothGateways(t *testing.T) {
	for gateway, want := range map[string][]string{
		replay.Head: {
			"/api/VirtualKeys", "/api/VirtualKeyGroups", "/api/VirtualKeyGroups/1/transactions", "/api/ProviderCredentials", "/api/ProviderCredentials/1/keys",
			"/api/provider-errors/recent", "/api/ModelProviderMapping", "/api/GlobalSettings", "/api/Analytics/logs", "/api/audit/billing/query",
			"/api/Notifications/unread", "/api/Analytics/costs/virtualkeys", "/api/SystemInfo/health",
		},
		replay.July: {
			"/api/VirtualKeys", "/api/ProviderCredentials", "/api/ModelProviderMapping", "/api/GlobalSettings", "/api/Notifications/unread",
			"/api/ProviderHealth/configurations", "/api/ProviderHealth/status", "/api/ProviderHealth/statuses", "/api/SystemInfo/health",
		},
	} {
		seen, decoded := map[string]int{}, 0
		for _, c := range calls(t, gateway) {
			if c.Host != "admin" || c.Status != http.StatusOK || c.Method != http.MethodGet && c.Bare() != "/api/audit/billing/query" {
				continue
			}
			for _, r := range readers {
				if !r.path.MatchString(c.Path) || regexp.MustCompile(`/(status|statuses|history)/`).MatchString(c.Path) || rowsOnly.MatchString(c.Path) {
					continue
				}
				seen[c.Bare()]++
				decoded++
				_, n, bad, err := r.read([]byte(c.Answer))
				if err != nil && !strings.Contains(c.Answer, `"status":"unhealthy"`) || bad != 0 {
					t.Errorf("%s %s: %d rows, %d bad, %v", gateway, c.Path, n, bad, err)
				}
				if rows := rawRows(c.Answer); rows != nil && n != len(rows) {
					t.Errorf("%s %s: %d rows of %d", gateway, c.Path, n, len(rows))
				}
				break
			}
		}
		for _, path := range want {
			if seen[path] == 0 {
				t.Errorf("%s: no answer of %s was decoded", gateway, path)
			}
		}
		t.Logf("%s: %d answers decoded", gateway, decoded)
	}
}

// rowsOnly are paths below a list's that answer one row.
var rowsOnly = regexp.MustCompile(`/Analytics/logs/(\d+|models)$`)

// TestRecordedMoneyIsExact compares every amount that is read with the digits
// that were sent, trailing zeros and all.
func TestRecordedMoneyIsExact(t *testing.T) {
	compared := 0
	check := func(path, field string, raw json.RawMessage, m money) {
		want, ok := new(big.Rat).SetString(string(raw))
		if !ok {
			if m.ok {
				t.Errorf("%s %s: %s was read as %v", path, field, raw, m.nano)
			}
			return
		}
		compared++
		if got := big.NewRat(int64(m.nano), 1_000_000_000); !m.ok || want.Cmp(got) != 0 && !m.rounded {
			t.Errorf("%s %s: %s was read as %v", path, field, raw, m.nano)
		}
	}
	for _, gateway := range []string{replay.Head, replay.July} {
		for _, c := range calls(t, gateway) {
			if c.Host != "admin" || c.Status != http.StatusOK || c.Method != http.MethodGet {
				continue
			}
			raw := rawRows(c.Answer)
			switch path := c.Bare(); {
			case path == "/api/VirtualKeyGroups":
				for i, g := range decoded[Group](t, c.Answer) {
					check(path, "balance", raw[i]["balance"], g.Balance)
					check(path, "lifetimeCreditsAdded", raw[i]["lifetimeCreditsAdded"], g.Credits)
					check(path, "lifetimeSpent", raw[i]["lifetimeSpent"], g.Spent)
				}
			case path == "/api/VirtualKeys":
				for i, k := range decoded[Key](t, c.Answer) {
					check(path, "currentSpend", raw[i]["currentSpend"], k.Spend)
					check(path, "maxBudget", raw[i]["maxBudget"], k.Limit)
				}
			case strings.HasSuffix(path, "/transactions"):
				for i, x := range decoded[Transaction](t, c.Answer) {
					check(path, "amount", raw[i]["amount"], x.Amount)
					check(path, "balanceAfter", raw[i]["balanceAfter"], x.After)
				}
			case path == "/api/Analytics/logs" && raw != nil:
				for i, x := range decoded[LogRow](t, c.Answer) {
					check(path, "cost", raw[i]["cost"], x.Cost)
				}
			}
		}
	}
	if compared < 200 {
		t.Errorf("only %d amounts were compared", compared)
	}
}

func decoded[T any](t *testing.T, body string) []T {
	t.Helper()
	l, err := readList[T]([]byte(body))
	if err != nil || l.bad > 0 {
		t.Fatalf("%d bad, %v", l.bad, err)
	}
	return l.rows
}

// TestOddJSONOfTheGateways: an August gateway writes the keys of dictionaries
// anew, which makes some of them equal in one object, and amounts with all zeros.
// No decoder fails or loses its way over any answer of either gateway.
func TestOddJSONOfTheGateways(t *testing.T) {
	twice, long := 0, 0
	digits := regexp.MustCompile(`\d\.\d{8,}[,}]`)
	for _, gateway := range []string{replay.Head, replay.July} {
		for _, c := range calls(t, gateway) {
			if strings.Count(c.Answer, `"image":{`) > 1 {
				twice++
			}
			if digits.MatchString(c.Answer) {
				long++
			}
			for _, r := range readers {
				if _, n, bad, _ := r.read([]byte(c.Answer)); n < 0 || bad < 0 || n > len(c.Answer)+1 {
					t.Errorf("%s %s: %d rows, %d bad", gateway, c.Path, n, bad)
				}
			}
		}
	}
	if twice == 0 || long == 0 {
		t.Errorf("the recordings hold %d objects with a key twice and %d long numbers", twice, long)
	}
	l := decoded[Group](t, `[{"id":1,"id":2,"groupName":"B","balance":107.69230769230769230769230769}]`)
	if len(l) != 1 || l[0].ID != "2" || l[0].Balance.nano.String() != "107.692307692" || !l[0].Balance.rounded {
		t.Errorf("%+v", l)
	}
}
