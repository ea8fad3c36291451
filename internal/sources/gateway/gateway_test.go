package gateway

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
)

func TestOpenRefuses(t *testing.T) {
	key := []Key{{Secret: secret.New(virtualKey)}}
	for name, c := range map[string]struct {
		conf Config
		code fault.Code
	}{
		"no address":        {Config{VirtualKeys: key}, fault.Misconfigured},
		"no key":            {Config{CoreURL: "https://g.example"}, fault.Unauthorized},
		"the wrong key":     {Config{AdminURL: "https://g.example", VirtualKeys: key}, fault.Unauthorized},
		"no scheme":         {Config{CoreURL: "g.example", VirtualKeys: key}, fault.Misconfigured},
		"not http":          {Config{CoreURL: "ftp://g.example", VirtualKeys: key}, fault.Misconfigured},
		"no host":           {Config{CoreURL: "https:///hubs", VirtualKeys: key}, fault.Misconfigured},
		"a password":        {Config{CoreURL: "https://me:" + password + "@g.example", VirtualKeys: key}, fault.Misconfigured},
		"a broken password": {Config{CoreURL: "https://me:" + password + "%zz@g.example", VirtualKeys: key}, fault.Misconfigured},
		"a control character": {
			Config{CoreURL: "https://g.example/\x7f?key=" + password, VirtualKeys: key}, fault.Misconfigured,
		},
		"a bad proxy": {Config{
			CoreURL: "https://g.example", VirtualKeys: key,
			Network: hub.NetworkOptions{Proxy: "gopher://me:" + password + "@proxy.example"},
		}, fault.Misconfigured},
		"a certificate that is none": {Config{
			CoreURL: "https://g.example", VirtualKeys: key,
			Network: hub.NetworkOptions{ClientCert: []byte("nonsense"), ClientKey: secret.New(password)},
		}, fault.Misconfigured},
		"options that cannot be": {Config{CoreURL: "https://g.example", VirtualKeys: key, Hub: &hub.Options{}}, fault.Misconfigured},
	} {
		t.Run(name, func(t *testing.T) {
			c.conf.ID = "g"
			g, err := Open(c.conf, &sink{})
			if err == nil {
				t.Fatalf("opened with %d links", len(g.links))
			}
			if got := fault.Of(err).Code; got != c.code {
				t.Errorf("code %v, want %v: %v", got, c.code, err)
			}
			for _, s := range []string{virtualKey, password} {
				if strings.Contains(err.Error(), s) {
					t.Errorf("the error shows a secret: %v", err)
				}
			}
		})
	}
}

func TestJoin(t *testing.T) {
	for base, want := range map[string]string{
		"https://g.example":            "https://g.example/hubs/spend",
		"https://g.example/":           "https://g.example/hubs/spend",
		" http://g.example:8080 ":      "http://g.example:8080/hubs/spend",
		"https://g.example/conduit":    "https://g.example/conduit/hubs/spend",
		"https://g.example/conduit//":  "https://g.example/conduit/hubs/spend",
		"http://[::1]:5000/a%2Fb/":     "http://[::1]:5000/a%2Fb/hubs/spend",
		"https://g.example/?tenant=12": "https://g.example/hubs/spend?tenant=12",
	} {
		got, err := join(base, "/hubs/spend")
		if err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", base, got, err, want)
		}
	}
}

// Every half is watched with its own key, a hub of a key once for each key.
func TestLinks(t *testing.T) {
	two := []Key{{ID: "1", Secret: secret.New("first-key")}, {ID: "2", Secret: secret.New("second-key")}}
	g, err := Open(Config{
		ID: "g", CoreURL: "http://core.example", AdminURL: "http://admin.example",
		VirtualKeys: two, MasterKey: secret.New(masterKey),
	}, &sink{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range g.links {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", l.desc.Plane, l.desc.Name, l.src.Key)))
	}
	var want []string
	for _, h := range Hubs() {
		line := fmt.Sprintf("%s %s", h.Plane, h.Name)
		if h.PerKey {
			want = append(want, line+" 1", line+" 2")
		} else {
			want = append(want, line)
		}
	}
	for _, least := range []string{"core spend 2", "core tasks", "admin navigation-state"} {
		if !slices.Contains(want, least) {
			t.Errorf("no row makes %q", least)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if core, admin := g.Missing(); core || admin {
		t.Errorf("missing %t %t", core, admin)
	}
	half, err := Open(Config{ID: "g", CoreURL: "http://c.example", AdminURL: "http://a.example", VirtualKeys: two[:1]}, &sink{})
	if err != nil {
		t.Fatal(err)
	}
	if core, admin := half.Missing(); core || !admin {
		t.Errorf("missing %t %t, want the admin half's", core, admin)
	}
	if len(half.links) == 0 || slices.ContainsFunc(half.links, func(l *link) bool { return l.desc.Plane == event.PlaneAdmin }) {
		t.Error("a half without a key is watched")
	}
}
