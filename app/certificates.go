package app

import (
	"context"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
	"gatewatch/internal/sources/hub"
)

// ServerCertificate is what one address of a gateway shows of itself. Trouble
// is "" (trusted), "authority", "host", "expired", "other" or "unseen".
type ServerCertificate struct {
	Address string   `json:"address"`
	Trouble string   `json:"trouble"`
	Text    string   `json:"text"` // of "unseen", why
	Subject string   `json:"subject"`
	Names   []string `json:"names"` // hosts that it is for
	Issuer  string   `json:"issuer"`
	From    int64    `json:"from"`
	To      int64    `json:"to"`
	// Authority and its SHA-256 fingerprint are what can be trusted; "" if
	// nothing can.
	Authority   string `json:"authority"`
	Fingerprint string `json:"fingerprint"`
}

// Certificates looks at the certificates of a gateway's addresses. Nothing is
// sent to it.
func (g *Gateways) Certificates(id string) ([]ServerCertificate, error) {
	return call(g.h, func(ctx context.Context, p *run.Program) ([]ServerCertificate, error) {
		shown, err := p.Certificates(ctx, event.GatewayID(id))
		out := []ServerCertificate{}
		for _, s := range shown {
			out = append(out, certificateOf(s))
		}
		return out, err
	})
}

func certificateOf(s run.ServerCertificates) ServerCertificate {
	v := ServerCertificate{Address: s.Address, Trouble: string(s.Trouble), Names: []string{}}
	if len(s.Chain) == 0 {
		v.Trouble, v.Text = "unseen", fault.Of(s.Err).Message
		return v
	}
	own := s.Chain[0]
	v.Subject, v.Issuer = own.Subject.String(), own.Issuer.String()
	v.From, v.To = own.NotBefore.UnixMilli(), own.NotAfter.UnixMilli()
	v.Names = append(v.Names, own.DNSNames...)
	for _, ip := range own.IPAddresses {
		v.Names = append(v.Names, ip.String())
	}
	if s.Authority != nil {
		v.Authority, v.Fingerprint = s.Authority.Subject.String(), hub.Fingerprint(s.Authority)
	}
	return v
}

// TrustAuthority trusts an authority, by its fingerprint, for one gateway.
func (g *Gateways) TrustAuthority(id, fingerprint string) error {
	return do(g.h, func(ctx context.Context, p *run.Program) error {
		return p.TrustAuthority(ctx, event.GatewayID(id), fingerprint)
	})
}
