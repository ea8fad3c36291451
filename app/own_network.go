package app

import "gatewatch/internal/store/config"

// OwnNetwork is what a gateway has of its own of NetworkSettings; see
// config.NetworkOverride. Empty texts and lists inherit.
type OwnNetwork struct {
	Proxy           string   `json:"proxy"`
	CAFile          string   `json:"caFile"`
	ClientCert      string   `json:"clientCert"`
	ClientKey       string   `json:"clientKey"`
	SkipNegotiation string   `json:"skipNegotiation"` // "yes", "no", or "" to inherit
	AllowQueryToken string   `json:"allowQueryToken"` // the same
	Transports      []string `json:"transports"`      // in the order they are tried
}

func ownNetworkOf(o config.NetworkOverride) OwnNetwork {
	v := OwnNetwork{
		Proxy: o.Proxy, CAFile: o.CAFile, ClientCert: o.ClientCert, ClientKey: o.ClientKey,
		SkipNegotiation: choiceOf(o.SkipNegotiation), AllowQueryToken: choiceOf(o.AllowQueryToken), Transports: []string{},
	}
	for _, t := range o.Transports {
		v.Transports = append(v.Transports, string(t))
	}
	return v
}

func (n OwnNetwork) override() config.NetworkOverride {
	o := config.NetworkOverride{
		Proxy: n.Proxy, CAFile: n.CAFile, ClientCert: n.ClientCert, ClientKey: n.ClientKey,
		SkipNegotiation: chosen(n.SkipNegotiation), AllowQueryToken: chosen(n.AllowQueryToken),
	}
	for _, t := range n.Transports {
		o.Transports = append(o.Transports, config.Transport(t))
	}
	return o
}

func choiceOf(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "yes"
	}
	return "no"
}

// chosen reads a choice; what is neither yes nor no inherits.
func chosen(choice string) *bool {
	yes := choice == "yes"
	if !yes && choice != "no" {
		return nil
	}
	return &yes
}
