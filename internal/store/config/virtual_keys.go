package config

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatewatch/internal/core/event"
)

// VirtualKey is one virtual key of a gateway that the user wants to watch. It
// is never the key itself, which package secret keeps.
type VirtualKey struct {
	// ID is ours, of the same form as a profile's; unique in the profile and
	// never changed, since the keychain's entry hangs on it.
	ID    string `json:"id"`
	Label string `json:"label"` // for people; "" shows the gateway's name for it
	// Key and Name are the gateway's own id and name of the key; "" until it
	// reported them. The program writes them down when it does.
	Key  event.KeyID `json:"key"`
	Name string      `json:"name"`
	// Paused keys are kept and not connected.
	Paused bool `json:"paused"`
	// Stored says that the key was put into the store of secrets.
	Stored bool `json:"stored"`
}

// FirstKey is the ID of the key that a profile of an earlier version has,
// which knew one key only.
const FirstKey = "1"

// maxVirtualKeys bounds the keys of a profile: as many as the largest gateway
// that we plan for has.
const maxVirtualKeys = 500

// HasVirtualKey reports whether any virtual key was put into the store of
// secrets.
func (p Profile) HasVirtualKey() bool {
	return slices.ContainsFunc(p.VirtualKeys, func(k VirtualKey) bool { return k.Stored })
}

// VirtualKey finds a virtual key by its ID; nil if there is none. It points
// into p.
func (p *Profile) VirtualKey(id string) *VirtualKey {
	for i := range p.VirtualKeys {
		if p.VirtualKeys[i].ID == id {
			return &p.VirtualKeys[i]
		}
	}
	return nil
}

// NewKeyID makes an ID that no virtual key of the profile has: the smallest
// free number.
func (p *Profile) NewKeyID() string {
	for n := 1; ; n++ {
		if id := strconv.Itoa(n); p.VirtualKey(id) == nil {
			return id
		}
	}
}

// keys reads or writes the list of virtual keys. A file of an earlier version
// says only that there is one: that becomes the first.
func (p *Profile) keys(t *table) {
	var one bool
	optional(t, "virtual_key_stored", &one, boolean, func(bool) bool { return false })
	seen := map[string]bool{}
	tables(t, "virtual_keys", &p.VirtualKeys, maxVirtualKeys, func(k *VirtualKey, e *table) bool {
		if e.writing() {
			k.fields(e)
			return true
		}
		k.ID, _ = e.in["id"].(string)
		switch {
		case !idForm.MatchString(k.ID):
			e.report("This virtual key needs an id of lower-case letters, digits and dashes; it is left out.")
			return false
		case seen[k.ID]:
			e.report(fmt.Sprintf("There is a virtual key %q already; this one is left out.", k.ID))
			return false
		}
		seen[k.ID] = true
		e.steps[len(e.steps)-1] = k.ID
		k.fields(e)
		return true
	})
	if _, listed := t.in["virtual_keys"]; one && !listed {
		p.VirtualKeys = []VirtualKey{{ID: FirstKey, Stored: true}}
	}
}

func (k *VirtualKey) fields(t *table) {
	some := func(s string) bool { return s != "" }
	field(t, "id", &k.ID, text(nil))
	field(t, "label", &k.Label, text(checkLabel))
	key := string(k.Key)
	optional(t, "key_id", &key, text(checkLine(100)), some)
	if !t.writing() { // what is written is only read
		k.Key = event.KeyID(key)
	}
	optional(t, "name", &k.Name, text(checkLine(200)), some)
	field(t, "paused", &k.Paused, boolean)
	field(t, "stored", &k.Stored, boolean)
}

// keyPrefix begins every virtual key that a gateway makes.
const keyPrefix = "condt_"

// checkLabel refuses a key where only its label belongs.
func checkLabel(s string) error {
	if strings.HasPrefix(strings.TrimSpace(s), keyPrefix) {
		return sentence("This is a key, not a name for it. Take it out of this file and give it to Gatewatch itself, which puts it into the keychain.")
	}
	return checkLine(80)(s)
}

// checkWebhook checks the address of a webhook. The gateway knows them by host
// and path, so nothing else, which often is a secret, is needed.
func checkWebhook(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || !isHost(u.Hostname()) || len(s) > 2000:
		return sentence("This must be an address such as \"https://hooks.example.com/spend\".")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return sentence("A webhook is known by its host and path: leave credentials and everything from \"?\" on out.")
	}
	return nil
}
