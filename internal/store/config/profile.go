package config

import (
	"slices"

	"gatewatch/internal/core/event"
)

// Profile is one gateway that is watched.
type Profile struct {
	// ID is ours: lower-case letters, digits and dashes, at most 40, unique,
	// and never changed, since history and keychain entries hang on it.
	ID    event.GatewayID `json:"id"`
	Label string          `json:"label"` // for people; the ID if empty in the file
	// Colour marks the gateway in the window, as "#rrggbb"; "" takes one by
	// itself.
	Colour string `json:"colour"`
	// Production asks for more care: a banner, and a question before actions.
	Production bool `json:"production"`
	// Connect connects when the program starts.
	Connect bool `json:"connect"`
	// CoreURL and AdminURL are base addresses, http or https, without
	// credentials and without a trailing slash. Either may be "": that plane is
	// then not watched.
	CoreURL  string `json:"coreUrl"`
	AdminURL string `json:"adminUrl"`
	// VirtualKeys are the virtual keys to watch, the preferred one first.
	VirtualKeys []VirtualKey `json:"virtualKeys"`
	// MasterKeyStored says that the master key was put into the store of
	// secrets. It is never the key.
	MasterKeyStored bool `json:"masterKeyStored"`
	// Webhooks are addresses whose deliveries are followed, host and path.
	Webhooks []string `json:"webhooks"`
	// Network overrides the network settings for this gateway.
	Network NetworkOverride `json:"network"`
	// Thresholds, Groups and Keys override the thresholds, the nearer one
	// winning; see Settings.ThresholdsFor.
	Thresholds Thresholds                   `json:"thresholds"`
	Groups     map[event.GroupID]Thresholds `json:"groups"`
	Keys       map[event.KeyID]Thresholds   `json:"keys"`
}

// Thresholds are shares of a budget, in (0, 1]. A zero field inherits.
type Thresholds struct {
	Warning  float64 `json:"warning"`
	Critical float64 `json:"critical"`
}

// over gives t's fields where they are set, else the ones of base.
func (t Thresholds) over(base Thresholds) Thresholds {
	if t.Warning > 0 {
		base.Warning = t.Warning
	}
	if t.Critical > 0 {
		base.Critical = t.Critical
	}
	return base
}

// ThresholdsFor gives the thresholds in force for a key: the key's own, else
// its group's, else the gateway's, else the general ones, each field by
// itself. Empty or unknown ids are passed over. If a mixture of levels would
// put the warning at or above the critical threshold, the warning is left out
// by being equal to it.
func (s Settings) ThresholdsFor(gateway event.GatewayID, group event.GroupID, key event.KeyID) Thresholds {
	t := s.Alerts.Thresholds
	if p, ok := s.Profile(gateway); ok {
		t = p.Thresholds.over(t)
		t = p.Groups[group].over(t)
		t = p.Keys[key].over(t)
	}
	t.Warning = min(t.Warning, t.Critical)
	return t
}

// Profile finds a profile by its id.
func (s Settings) Profile(id event.GatewayID) (Profile, bool) {
	i := slices.IndexFunc(s.Profiles, func(p Profile) bool { return p.ID == id })
	if i < 0 {
		return Profile{}, false
	}
	return s.Profiles[i], true
}

// UnknownRules lists, sorted, the ids under alerts.rules that known does not
// have. They are kept in the file, for a version that knows them.
func (s Settings) UnknownRules(known func(id string) bool) []string {
	unknown := []string{}
	for id := range s.Alerts.Rules {
		if !known(id) {
			unknown = append(unknown, id)
		}
	}
	slices.Sort(unknown)
	return unknown
}

// Transport is a way to hold a hub connection, by its name on the wire.
type Transport string

// The transports.
const (
	WebSockets       Transport = "WebSockets"
	ServerSentEvents Transport = "ServerSentEvents"
	LongPolling      Transport = "LongPolling"
)

// AllTransports lists the transports in the order they are tried.
func AllTransports() []Transport {
	return []Transport{WebSockets, ServerSentEvents, LongPolling}
}

// Network says how to reach a gateway.
type Network struct {
	// Proxy is the address of an HTTP proxy; "" uses the environment
	// (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) and "direct" none at all. It holds
	// no credentials: those belong into the environment.
	Proxy string `json:"proxy"`
	// CAFile is a PEM file of certificate authorities to trust besides the
	// system's; "" for none.
	CAFile string `json:"caFile"`
	// ClientCert and ClientKey are PEM files of a client certificate; both or
	// neither.
	ClientCert string `json:"clientCert"`
	ClientKey  string `json:"clientKey"`
	// SkipNegotiation opens the WebSocket at once, without asking what the
	// server offers. It excludes the other transports.
	SkipNegotiation bool `json:"skipNegotiation"`
	// AllowQueryToken allows the key in the address of a hub where the gateway
	// accepts nothing else. Such a key shows up in the gateway's logs.
	AllowQueryToken bool `json:"allowQueryToken"`
	// Transports are tried in this order; never empty.
	Transports []Transport `json:"transports"`
}

// NetworkOverride holds the network settings of one gateway. Empty texts and
// lists, and nil, inherit.
type NetworkOverride struct {
	Proxy           string      `json:"proxy"`
	CAFile          string      `json:"caFile"`
	ClientCert      string      `json:"clientCert"`
	ClientKey       string      `json:"clientKey"`
	SkipNegotiation *bool       `json:"skipNegotiation,omitempty"`
	AllowQueryToken *bool       `json:"allowQueryToken,omitempty"`
	Transports      []Transport `json:"transports"`
}

// NetworkFor gives the network settings in force for a gateway.
func (s Settings) NetworkFor(gateway event.GatewayID) Network {
	n := s.Network
	p, ok := s.Profile(gateway)
	if !ok {
		return n
	}
	o := p.Network
	for _, f := range []struct {
		to   *string
		from string
	}{{&n.Proxy, o.Proxy}, {&n.CAFile, o.CAFile}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	if o.ClientCert != "" { // a pair: never one half of each
		n.ClientCert, n.ClientKey = o.ClientCert, o.ClientKey
	}
	if o.SkipNegotiation != nil {
		n.SkipNegotiation = *o.SkipNegotiation
	}
	if o.AllowQueryToken != nil {
		n.AllowQueryToken = *o.AllowQueryToken
	}
	if len(o.Transports) > 0 {
		n.Transports = o.Transports
	}
	return n
}
