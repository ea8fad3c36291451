package rest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
)

// answer is one recorded answer of a real gateway, its body as it came.
type answer struct {
	Path   string `json:"path"`
	Status int    `json:"status"`
	Body   string `json:"body"`
}

func readAnswers(t testing.TB, gateway string) []answer {
	t.Helper()
	f, err := os.Open("testdata/" + gateway + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []answer
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	if err := lines.Err(); err != nil || len(all) < 10 {
		t.Fatalf("%d answers, %v", len(all), err)
	}
	return all
}

// rowsOf decodes a list and gives its rows, and how many were bad.
func rowsOf[T any](body []byte) (any, int, int, error) {
	l, err := readList[T](body)
	return l.rows, len(l.rows), l.bad, err
}

// readers says which decoder reads which path.
var readers = []struct {
	path *regexp.Regexp
	read func([]byte) (rows any, n, bad int, err error)
}{
	{regexp.MustCompile(`^/api/VirtualKeys(\?|$)`), rowsOf[Key]},
	{regexp.MustCompile(`^/api/VirtualKeyGroups$`), rowsOf[Group]},
	{regexp.MustCompile(`/transactions`), rowsOf[Transaction]},
	{regexp.MustCompile(`^/api/ProviderCredentials$`), rowsOf[Provider]},
	{regexp.MustCompile(`^/api/ProviderCredentials/\d+/keys$`), rowsOf[ProviderKey]},
	{regexp.MustCompile(`^/api/provider-errors/recent`), rowsOf[ProviderError]},
	{regexp.MustCompile(`^/api/ModelProviderMapping$`), rowsOf[Mapping]},
	{regexp.MustCompile(`^/api/GlobalSettings$`), rowsOf[Setting]},
	{regexp.MustCompile(`^/api/Analytics/logs`), rowsOf[LogRow]},
	{regexp.MustCompile(`^/api/audit/billing/query$`), rowsOf[AuditRow]},
	{regexp.MustCompile(`^/api/Notifications/unread$`), rowsOf[Notification]},
	{regexp.MustCompile(`^/api/Analytics/costs/virtualkeys$`), func(b []byte) (any, int, int, error) {
		c, err := readCosts(b)
		return c, len(c), 0, err
	}},
	{regexp.MustCompile(`^/api/ProviderHealth/configurations$`), rowsOf[Monitor]},
	{regexp.MustCompile(`^/api/ProviderHealth/status`), func(b []byte) (any, int, int, error) {
		c, err := readChecks(b)
		return c, len(c), 0, err
	}},
	{regexp.MustCompile(`^/api/SystemInfo/health$`), func(b []byte) (any, int, int, error) {
		ok, err := readHealthy(b)
		if err == nil && !ok {
			err = fmt.Errorf("not healthy")
		}
		return ok, 1, 0, err
	}},
}

var idField = regexp.MustCompile(`[{,]"id":"?\d+"?[,}]`)

// TestEveryRecordedAnswerDecodes: no row is lost, and every row has what it is
// known by.
func TestEveryRecordedAnswerDecodes(t *testing.T) {
	for _, gateway := range []string{"head", "july"} {
		used := map[int]int{}
		for _, a := range readAnswers(t, gateway) {
			if a.Status != 200 {
				continue
			}
			found := false
			for i, r := range readers {
				if !r.path.MatchString(a.Path) {
					continue
				}
				found = true
				used[i]++
				_, n, bad, err := r.read([]byte(a.Body))
				if err != nil || bad != 0 {
					t.Errorf("%s %s: %d rows, %d bad, %v", gateway, a.Path, n, bad, err)
				}
				var items []json.RawMessage
				if b := strings.TrimSpace(a.Body); b[0] == '[' && json.Unmarshal([]byte(b), &items) == nil && n != len(items) {
					t.Errorf("%s %s: %d rows of %d", gateway, a.Path, n, len(items))
				}
				break
			}
			if !found {
				t.Errorf("%s %s: nobody reads it", gateway, a.Path)
			}
		}
		t.Logf("%s: decoders used %v", gateway, used)
	}
}

func body(t *testing.T, gateway, path string) []byte {
	t.Helper()
	for _, a := range readAnswers(t, gateway) {
		if a.Path == path && a.Status == 200 {
			return []byte(a.Body)
		}
	}
	t.Fatalf("%s: no recording of %s", gateway, path)
	return nil
}

func rows[T any](t *testing.T, gateway, path string) []T {
	t.Helper()
	l, err := readList[T](body(t, gateway, path))
	if err != nil || l.bad > 0 {
		t.Fatal(l.bad, err)
	}
	return l.rows
}

// TestMoneyIsExact compares with the digits of the recordings.
func TestMoneyIsExact(t *testing.T) {
	groups := map[text]string{}
	for _, g := range rows[Group](t, "head", "/api/VirtualKeyGroups") {
		groups[g.Name] = fmt.Sprintf("%v %v %v %d", g.Balance.nano, g.Credits.nano, g.Spent.nano, g.Keys.n)
	}
	want := map[text]string{
		"Empty": "0 0 0 1", "Interns": "4.929 5.05 0.121 1", "Platform": "250.346 251.5 1.154 3",
		"Research": "9.5 40.5 31 2", "webui-internal": "1000 1000 0 1",
	}
	if d := cmp.Diff(want, groups); d != "" {
		t.Error(d)
	}
	var costs []string
	for _, r := range rows[LogRow](t, "head", "/api/Analytics/logs?page=1&pageSize=3") {
		costs = append(costs, fmt.Sprintf("%d %s %s %v %v %d", r.ID.n, r.Key, r.Model, r.Cost.nano, r.Duration.n, r.At.UnixNano()))
	}
	if d := cmp.Diff([]string{
		"47 1 demo-chat-2 0.011 53.8866 1795388855919817000", "46 1 demo-chat 0.011 104.6476 1795388855022434000",
		"45 1 demo-chat 0.011 50.7079 1795388093748236000",
	}, costs); d != "" {
		t.Error(d)
	}
	for _, k := range rows[Key](t, "july", "/api/VirtualKeys") {
		if k.Name == "budget-010" && (k.Limit != money{nano: event.USD(0.1), ok: true} || k.Spend.nano != event.USD(0.06) ||
			k.Period.Format(time.DateOnly) != "2026-11-01") {
			t.Errorf("%+v", k)
		}
		if k.Name == "WebUI Internal Key" && (k.Limit.ok || !k.Spend.ok) {
			t.Errorf("%+v", k)
		}
	}
}

// TestSecretsOfSettingsAreNotKept: a setting of a real gateway holds a key.
func TestSecretsOfSettingsAreNotKept(t *testing.T) {
	for _, gateway := range []string{"head", "july"} {
		if !strings.Contains(string(body(t, gateway, "/api/GlobalSettings")), "condt_EXAMPLE_H") {
			t.Fatal("the recording holds no key")
		}
		list := rows[Setting](t, gateway, "/api/GlobalSettings")
		if strings.Contains(fmt.Sprintf("%+v", list), "condt_") {
			t.Errorf("%s: %+v", gateway, list)
		}
	}
	var s Setting
	if err := json.Unmarshal([]byte(`{"key":"Note","value":"use condt_abcdef0123 for it"}`), &s); err != nil || strings.Contains(string(s.Value), "abcdef") {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestOddShapes: what cannot be read is left out, and nothing else is lost.
func TestOddShapes(t *testing.T) {
	key := func(s string) Key {
		var k Key
		if err := json.Unmarshal([]byte(s), &k); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		return k
	}
	k := key(`{"id":"7","keyName":12,"isEnabled":"True","expiresAt":"soon","maxBudget":"1.10","currentSpend":{},"virtualKeyGroupId":null,"createdAt":"2026-11-22T10:00:00.1234567","id":8}`)
	if k.ID != "8" || k.Name != "12" || !k.Enabled.on || !k.Expires.IsZero() || k.Limit.nano != event.USD(1.1) || k.Spend.ok || k.Group != "" || k.Created.Nanosecond() != 123456700 {
		t.Errorf("%+v", k)
	}
	if k := key(`{"id":1,"keyName":"a\u202eb\u0000\n"}`); k.Name != "a\ufffdb\ufffd " {
		t.Errorf("%q", k.Name)
	}
	if k := key(`{"id":1,"maxBudget":1e400,"currentSpend":0.0000000005}`); k.Limit.ok || !k.Spend.rounded {
		t.Errorf("%+v", k)
	}
	for in, want := range map[string]string{
		`[]`: "0 0 false", `[{"id":1},7,null,[],{"id":2}]`: "2 3 false",
		`{"items":[{"id":1}],"hasNextPage":true}`: "1 0 true", `{"items":[]}`: "0 0 false",
		`null`: "", `{}`: "", `"[]"`: "", ``: "", `[`: "", `{"items":7}`: "", `<html>`: "", `{"message":"Group not found"}`: "",
	} {
		l, err := readList[Key]([]byte(in))
		got := ""
		if err == nil {
			got = fmt.Sprint(len(l.rows), l.bad, l.more)
		}
		if got != want {
			t.Errorf("%s: %q (%v), want %q", in, got, err, want)
		}
	}
}

func FuzzRows(f *testing.F) {
	for _, gateway := range []string{"head", "july"} {
		for _, a := range readAnswers(f, gateway) {
			f.Add([]byte(a.Body))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, r := range readers {
			_, n, bad, _ := r.read(b)
			if n < 0 || bad < 0 || n > len(b)+1 {
				t.Fatalf("%d rows, %d bad of %d bytes", n, bad, len(b))
			}
		}
	})
}
