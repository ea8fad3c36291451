package config_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatewatch/internal/store/config"
)

const manyKeys = `
[[profiles]]
id = "prod"
core_url = "https://llm.example.com"
webhooks = ["https://hooks.example.com/spend"]
[[profiles.virtual_keys]]
id = "1"
label = "billing"
key_id = "4"
name = "Billing Service"
stored = true
colour = "red"
[[profiles.virtual_keys]]
id = "by-hand"
paused = true
`

func TestVirtualKeysOfAProfile(t *testing.T) {
	path := write(t, manyKeys)
	s, problems := load(t, path)
	want := []config.VirtualKey{
		{ID: "1", Label: "billing", Key: "4", Name: "Billing Service", Stored: true},
		{ID: "by-hand", Paused: true},
	}
	if diff := cmp.Diff(want, s.Profiles[0].VirtualKeys); diff != "" {
		t.Error(diff)
	}
	if len(problems) != 1 || problems[0].Path != "profiles[0].virtual_keys[0].colour" || problems[0].Line != 12 {
		t.Errorf("problems: %+v", problems)
	}
	p := &s.Profiles[0]
	if id := p.NewKeyID(); id != "2" {
		t.Errorf("the next id is %q", id)
	}
	// What a gateway told is written down, and what is not known is kept.
	p.VirtualKey("by-hand").Key = "9"
	p.VirtualKeys = append(p.VirtualKeys, config.VirtualKey{ID: p.NewKeyID(), Label: "agents", Stored: true})
	if _, _, err := save(path, s); err != nil {
		t.Fatal(err)
	}
	again, _ := load(t, path)
	if diff := cmp.Diff(s, again, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), "colour = 'red'") {
		t.Errorf("the unknown field is lost: %v\n%s", err, text)
	}
}

// A file of a version that knew one virtual key goes on working, and its key
// keeps its place in the keychain.
func TestTheOneKeyOfEarlierVersionsIsTheFirst(t *testing.T) {
	path := write(t, "[[profiles]]\nid = \"a\"\nvirtual_key_stored = true\n[[profiles]]\nid = \"b\"\nvirtual_key_stored = false\n")
	s, problems := load(t, path)
	if len(problems) > 0 {
		t.Error(problems)
	}
	if diff := cmp.Diff([]config.VirtualKey{{ID: config.FirstKey, Stored: true}}, s.Profiles[0].VirtualKeys); diff != "" {
		t.Error(diff)
	}
	if len(s.Profiles[1].VirtualKeys) > 0 || s.Profiles[1].HasVirtualKey() || !s.Profiles[0].HasVirtualKey() {
		t.Errorf("the other profile has %v", s.Profiles[1].VirtualKeys)
	}
	if _, _, err := save(path, s); err != nil {
		t.Fatal(err)
	}
	again, problems := load(t, path)
	if diff := cmp.Diff(s, again, cmpopts.EquateEmpty()); diff != "" || len(problems) > 0 {
		t.Error(diff, problems)
	}
}

func TestBadVirtualKeysAreReportedAndKept(t *testing.T) {
	for name, c := range map[string]struct{ text, path, says string }{
		"no id":        {"[[profiles.virtual_keys]]\nlabel = \"x\"", "profiles[0].virtual_keys[0]", "needs an id"},
		"twice":        {"[[profiles.virtual_keys]]\nid = \"x\"\n[[profiles.virtual_keys]]\nid = \"x\"", "profiles[0].virtual_keys[1]", "already"},
		"the key":      {"[[profiles.virtual_keys]]\nid = \"x\"\nkey = \"condt_hunter2\"", "profiles[0].virtual_keys[0].key", "keychain"},
		"key as label": {"[[profiles.virtual_keys]]\nid = \"x\"\nlabel = \"condt_hunter2\"", "profiles[0].virtual_keys[0].label", "keychain"},
		"a webhook's secret": {
			"webhooks = [\"https://hooks.example.com/x?token=hunter2\"]", "profiles[0].webhooks", "host and path",
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, "[[profiles]]\nid = \"a\"\n"+c.text+"\n")
			s, problems := load(t, path)
			if len(problems) != 1 || problems[0].Path != c.path || !strings.Contains(problems[0].Message, c.says) {
				t.Fatalf("problems: %+v", problems)
			}
			if strings.Contains(problems[0].Message, "hunter2") {
				t.Error("the problem repeats a secret")
			}
			if _, _, err := save(path, s); err != nil {
				t.Fatal(err)
			}
			if again, p := load(t, path); len(p) != 1 || cmp.Diff(s, again, cmpopts.EquateEmpty()) != "" {
				t.Errorf("after saving: %+v, %+v", p, again)
			}
		})
	}
}

// A colour that the window offers can be saved.
func TestColours(t *testing.T) {
	for colour, fine := range map[string]bool{"": true, "blue": true, "#c92a2a": true, "blu": false, "url(x)": false} {
		s := config.Default()
		s.Profiles = []config.Profile{{ID: "a", Label: "a", Colour: colour}}
		if err := s.Validate(); (err == nil) != fine {
			t.Errorf("%q: %v", colour, err)
		}
	}
}
