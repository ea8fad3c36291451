package run

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/store/config"
)

const (
	// keychainInterval is how often a keychain that withholds something is
	// looked at.
	keychainInterval = 2 * time.Second
	// keychainAtStart is how long the start of the program waits for keys: one
	// that asks the user takes longer, and nothing waits for that.
	keychainAtStart = 1500 * time.Millisecond
)

// The classes of a gateway that is not connected because we have no key: nobody
// refused anything.
const (
	classKeychain = "keychain" // the keychain has it, and does not give it yet
	classNoKey    = "no_key"   // nobody has it
)

// noteWaiting remembers that a gateway's keys are withheld, and why; nil: they
// are not.
func (p *Program) noteWaiting(id event.GatewayID, trouble error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if trouble == nil {
		delete(p.withheld, id)
		return
	}
	if p.withheld == nil {
		p.withheld = map[event.GatewayID]error{}
	}
	p.withheld[id] = trouble
}

// waiting are the gateways whose keys are withheld, by id, and why.
func (p *Program) waiting() map[event.GatewayID]error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.withheld)
}

// troubleOf sorts why the keychain could not be asked.
func troubleOf(err error) text.KeychainTrouble {
	switch {
	case errors.Is(err, secret.ErrSealed):
		return text.KeyFileSealed
	case errors.Is(err, secret.ErrDamaged):
		return text.KeyFileBroken
	case errors.Is(err, secret.ErrLocked):
		return text.KeychainLocked
	case errors.Is(err, secret.ErrTimeout):
		return text.KeychainSilent
	}
	return text.KeychainNone
}

// reportKeychain shows what the keychain withholds or does not take, or takes
// that back.
func (p *Program) reportKeychain(ctx context.Context) {
	f := state.AppCondition{}
	status := p.secrets.Status()
	if withheld := p.waiting(); len(withheld) > 0 {
		var names []string
		var why error
		for _, id := range slices.Sorted(maps.Keys(withheld)) {
			why = withheld[id]
			if x, err := p.profile(id); err == nil {
				names = append(names, gatewayOf(x).Label)
			} else {
				names = append(names, string(id))
			}
		}
		f.Severity = string(event.SeverityWarning)
		f.ID = conditionOf(why, "keychain")
		f.Title, f.Text = text.KeychainMissing(troubleOf(why), names, why.Error())
	} else if status.InMemory > 0 && status.Err != nil && !p.wantsMemory(status.Err) {
		f.Severity = string(event.SeverityWarning)
		f.ID = conditionOf(status.Err, "unkept")
		f.Title, f.Text = text.KeychainUnkept(troubleOf(status.Err), status.InMemory, status.Err.Error())
	}
	for _, id := range []string{"keychain", "keyfile", "unkept"} {
		if id == f.ID {
			p.reportCondition(ctx, f)
		} else {
			p.reportCondition(ctx, state.AppCondition{ID: id})
		}
	}
}

// conditionOf names the condition that a trouble is told as: what can be done
// about it hangs on that.
func conditionOf(why error, otherwise string) string {
	switch {
	case troubleOf(why) == text.KeyFileSealed:
		return "keyfile"
	case otherwise == "unkept" && troubleOf(why) != text.KeychainNone:
		return "keychain"
	}
	return otherwise
}

// wantsMemory reports whether the user knows that keys end with the program, and
// wants it so: there is no keychain.
func (p *Program) wantsMemory(why error) bool {
	return troubleOf(why) == text.KeychainNone && p.Settings().Keys.InMemory
}

// startKeychain reads withheld keys as soon as the keychain opens, and keeps
// those that it did not take.
func (p *Program) startKeychain(ctx context.Context) {
	p.background(ctx, "keys to come", func(ctx context.Context) error {
		t := time.NewTicker(keychainInterval)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
				p.lookAtKeychain(ctx)
			case <-p.askKeychain:
				p.secrets.Ask()
				p.readWithheld(ctx)
				p.reportKeychain(ctx)
			}
		}
	})
}

// lookAtKeychain reads what is withheld if the keychain is open now, and has
// it ask its user if it only just came.
func (p *Program) lookAtKeychain(ctx context.Context) {
	withheld, owed := p.waiting(), p.secrets.Status().Owed > 0
	if len(withheld) == 0 && !owed {
		return
	}
	is := p.secrets.Look(ctx)
	came := is == secret.Locked && slices.ContainsFunc(slices.Collect(maps.Values(withheld)), func(why error) bool {
		return troubleOf(why) != text.KeychainLocked
	})
	if is == secret.Open || came {
		p.readWithheld(ctx)
	}
	if owed && is == secret.Open {
		p.renoteKept(ctx)
	}
	p.reportKeychain(ctx)
}

// readWithheld looks for withheld keys again and connects with those that it
// finds.
func (p *Program) readWithheld(ctx context.Context) {
	for id, before := range p.waiting() {
		profile, err := p.profile(id)
		if err != nil {
			p.noteWaiting(id, nil) // it was deleted
			continue
		}
		k := p.storedCredentials(ctx, profile)
		if now := p.waiting()[id]; now != nil && troubleOf(now) == troubleOf(before) || !profile.Connect {
			continue // nothing is new
		}
		if err := p.startGateway(ctx, profile, k); err != nil {
			p.log.Warn("gateway not started", "gateway", string(id), "cause", err)
		}
	}
}

// renoteKept notes where keys are that were in memory alone.
func (p *Program) renoteKept(ctx context.Context) {
	p.mu.Lock()
	var refs []secret.Ref
	for ref, at := range p.backends {
		if at == secret.Memory {
			refs = append(refs, ref)
		}
	}
	p.mu.Unlock()
	for _, ref := range refs {
		p.noteKept(ref, p.secrets.Get(ctx, ref).Backend)
	}
	if p.opts.OnSettings != nil && len(refs) > 0 {
		p.opts.OnSettings() // the page asks where keys are
	}
}

// askForKeys has the user asked again for a keychain that withholds the keys of
// a gateway, "" for any, and reports whether one does.
func (p *Program) askForKeys(id event.GatewayID) bool {
	withheld := p.waiting()
	if _, waits := withheld[id]; !waits && (id != "" || len(withheld) == 0) {
		return false
	}
	select {
	case p.askKeychain <- struct{}{}:
	default: // it will be asked already
	}
	return true
}

// keyless says why a gateway cannot be connected for want of a key: a class and
// a cause; "" if it has one.
func (p *Program) keyless(profile config.Profile, k credentials) (class, cause string) {
	if k.master.Set() && profile.AdminURL != "" {
		return "", ""
	}
	for _, v := range k.virtual {
		if v.Secret.Set() && profile.CoreURL != "" {
			return "", "" // one that is paused is no missing one
		}
	}
	if why := p.waiting()[profile.ID]; why != nil {
		return classKeychain, text.CauseKeychain(troubleOf(why))
	}
	if authenticated(profile) {
		return classNoKey, text.CauseNoKey
	}
	return "", ""
}
