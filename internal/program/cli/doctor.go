package cli

import (
	"encoding/json"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/program/run"
)

// doctorCmd looks once and says what is wrong.
type doctorCmd struct {
	targetFlags
	JSON   bool `help:"One JSON object."`
	Redact bool `help:"Hide the names and addresses of hosts, too; keys are never shown."`
}

// Help is printed behind the flags.
func (c *doctorCmd) Help() string {
	return `Looks at this computer (settings, data folder, history, keychain, notifications, tray) and, from the
name in its address to the lists behind it, at the gateway that is named: name lookup, TCP, TLS, negotiation,
each transport, round trip, hubs, clock, lists, and the parts behind the gateway. Without a gateway named, at
all that are stored. It changes nothing, and asks nothing without a key or with one that was refused.

The report is made to be passed on. The exit status is the worst finding: 0 nothing or remarks, 10 warnings,
20 critical; 1 to 7 if it could not look.`
}

// Run looks, prints, and returns the worst finding as exit status.
func (c *doctorCmd) Run(e *env) error {
	r, err := run.Diagnose(e.ctx, run.DiagnoseOptions{Target: c.target(), Version: e.opts.Version, Redact: c.Redact, Passphrase: e.passphrase()})
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(e.opts.Stdout).Encode(r)
	} else {
		err = r.Write(e.opts.Stdout)
	}
	if err != nil {
		return fault.New(fault.Internal, "The report cannot be printed.", err)
	}
	if status := r.Exit(); status != 0 {
		return exitCode(status)
	}
	return nil
}
