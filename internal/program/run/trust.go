package run

import (
	"bytes"
	"context"
	"crypto/x509"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/store/config"
)

// certificatePatience is how long a look at one address may take.
const certificatePatience = 20 * time.Second

// ServerCertificates is what one address of a gateway shows of itself.
type ServerCertificates struct {
	Address string
	hub.Certificates
	Err error // nothing was shown
}

// Certificates looks at what a gateway's addresses show, those with https.
func (p *Program) Certificates(ctx context.Context, id event.GatewayID) ([]ServerCertificates, error) {
	profile, err := p.profile(id)
	if err != nil {
		return nil, err
	}
	options, err := networkOptions(p.Settings().NetworkFor(id))
	if err != nil {
		return nil, err
	}
	env, err := hub.NewEnvironment(options)
	if err != nil {
		return nil, fault.New(fault.Misconfigured, "The way to the gateway cannot be used: "+err.Error()+".", err)
	}
	var all []ServerCertificates
	for _, address := range []string{profile.CoreURL, profile.AdminURL} {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" {
			continue
		}
		look, cancel := context.WithTimeout(ctx, certificatePatience)
		c, err := env.Certificates(look, u)
		cancel()
		all = append(all, ServerCertificates{Address: address, Certificates: c, Err: err})
	}
	return all, nil
}

// TrustAuthority trusts, for one gateway alone, the authority of the given
// fingerprint, if a look at the gateway shows it again and it alone is what is
// missing. It never makes up for a wrong host or an expired certificate.
func (p *Program) TrustAuthority(ctx context.Context, id event.GatewayID, fingerprint string) error {
	if _, stored := p.Settings().Profile(id); !stored {
		return fault.New(fault.Usage, "Only a gateway that is stored can have an authority of its own. Add it under Connections first.", nil)
	}
	shown, err := p.Certificates(ctx, id)
	if err != nil {
		return err
	}
	for _, s := range shown {
		if s.Authority != nil && hub.Fingerprint(s.Authority) == fingerprint {
			return p.trust(ctx, id, s.Authority)
		}
	}
	return fault.New(fault.TLS, "The gateway does not show this authority any more. Nothing is trusted; look at it again.", nil)
}

func (p *Program) trust(ctx context.Context, id event.GatewayID, authority *x509.Certificate) error {
	file := filepath.Join(p.opts.Paths.Data, "authorities", string(id)+".pem")
	before := p.Settings().NetworkFor(id).CAFile
	text := hub.PEM(authority)
	if before != "" { // what was trusted stays trusted
		known, err := os.ReadFile(before)
		if err != nil {
			return fault.New(fault.Misconfigured, "The file with the certificate authorities cannot be read.", err)
		}
		text = append(append(bytes.TrimSpace(known), '\n'), text...)
	}
	err := os.MkdirAll(filepath.Dir(file), 0o700)
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		return fault.New(fault.Misconfigured, "The authority's certificate cannot be kept.", err)
	}
	profile, err := p.profile(id)
	if err != nil {
		return err
	}
	profile.Network.CAFile = file
	if err := p.keep(profile); err != nil {
		return err
	}
	return p.restart(ctx, profile)
}

// restart connects a gateway anew, by what its profile says now.
func (p *Program) restart(ctx context.Context, profile config.Profile) error {
	if !profile.Connect {
		p.listGateway(ctx, profile)
		return nil
	}
	return p.startGateway(ctx, profile, p.storedCredentials(ctx, profile))
}
