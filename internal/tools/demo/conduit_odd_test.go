package demo

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const oddWorld = `dialect conduit
have group 1 Platform credit=100 spent=20
have group 2 Research credit=10
have debits 600 Platform 0.01
have key 1 api group=Platform
have provider 1 openai
have mapping 1 chat openai gpt price=1/2
1s odd group 1 balance null
2s odd group 1 balance missing
3s odd group 1 balance true-again
4s odd key 1 isEnabled 7
5s forbid /api/virtualkeygroups 403
6s forbid /api/virtualkeygroups 200
7s key update api group=Research
7s mapping update chat price=10/20
7s chat api in=1000000 out=0
7s flush
8s credit Research -0.5
`

func TestOddAnswers(t *testing.T) {
	s := rehearseTo(t, oddWorld, 0)
	group := func() string {
		_, body := s.r.asked(t, http.MethodGet, "/api/VirtualKeyGroups/1", "")
		return body
	}
	const balance = `"balance":74.0`
	for _, c := range []struct {
		at         time.Duration
		has, hasNo string
	}{
		{0, balance, `"balance":null`},
		{time.Second, `"balance":null`, balance},
		{2 * time.Second, `"groupName"`, `"balance"`},
		{3 * time.Second, balance, `"balance":null`},
	} {
		s.play(c.at)
		if body := group(); !strings.Contains(body, c.has) || strings.Contains(body, c.hasNo) {
			t.Errorf("after %v: %s", c.at, body)
		}
	}
	s.play(4 * time.Second)
	if _, body := s.r.asked(t, http.MethodGet, "/api/VirtualKeys", ""); !strings.Contains(body, `"isEnabled":7`) {
		t.Error(body)
	}
	s.play(5 * time.Second)
	if code, _ := s.r.asked(t, http.MethodGet, "/api/VirtualKeyGroups", ""); code != http.StatusForbidden {
		t.Error("a forbidden path answers", code)
	}
	s.play(7 * time.Second)
	if got := s.balance(2); !strings.HasPrefix(got, "0.0") { // 10 less a million tokens at 10
		t.Error("the other group has", got)
	}
	s.play(8 * time.Second)
	if got := s.balance(2); !strings.HasPrefix(got, "-0.5") {
		t.Error("after a correction the other group has", got)
	}
	var page struct{ TotalCount int }
	s.read("/api/VirtualKeyGroups/1/transactions", &page)
	if page.TotalCount != 602 {
		t.Error(page.TotalCount, "transactions")
	}
}

func TestOddLinesThatCannotBe(t *testing.T) {
	for _, line := range []string{"odd group 1 balance nul", "odd nothing 1 a null", "forbid api 403", "forbid /api 99"} {
		if _, err := parseAction(Conduit, line); err == nil {
			t.Errorf("%q is played", line)
		}
	}
}
