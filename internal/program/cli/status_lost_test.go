package cli_test

import (
	"encoding/json"
	"net"
	"regexp"
	"strings"
	"testing"

	"gatewatch/internal/core/outlook"
)

// A gateway that nobody answers at is told of as the window tells of it: how that
// is, since when, why, and what to do; for people and in JSON. Nothing was ever known
// of it, and one look tries nothing again: neither is said.
func TestStatusOfAGatewayThatIsNotReached(t *testing.T) {
	home(t)
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed at once
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	got := execute("status", "--json", "--core", nobody)
	var a struct {
		State, Condition, Says, Hindrance string
		Lost                              []outlook.Lost
	}
	if err := json.Unmarshal([]byte(got.out), &a); err != nil {
		t.Fatalf("%v: %s %s", err, got.out, got.err)
	}
	if got.code != 3 || a.State != "live" || a.Condition != outlook.Stale || a.Hindrance != outlook.Unreachable || len(a.Lost) != 1 {
		t.Fatalf("%d: %s", got.code, got.out)
	}
	is := a.Lost[0]
	if is.State != "connecting" || is.Since == 0 || is.Cause == "" || !strings.HasPrefix(a.Says, is.Says) || !strings.Contains(is.Do, "gatewatch doctor") {
		t.Errorf("%s", got.out)
	}
	says := regexp.MustCompile(`^\S+ does not answer since \d\d:\d\d \(.+\)\. Nothing is known of it yet\. \((now|\d+ s ago)\)\nLook at it part by part with: gatewatch doctor\n`)
	if plain := execute("status", "--core", nobody); plain.code != 3 || !says.MatchString(plain.out) || strings.Contains(plain.out, "tried again") {
		t.Errorf("for people: %d, %s", plain.code, plain.out)
	}
}
