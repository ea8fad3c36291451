package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/rest"
	"gatewatch/internal/store/config"
)

// loadSettings reads the settings file; what is wrong in it is shown, and the
// rest is used.
func (p *Program) loadSettings() error {
	s, problems, err := config.Load(p.opts.Paths.Settings)
	if err != nil {
		return fault.New(fault.Misconfigured, "The settings file cannot be read. It was left as it is.", err)
	}
	p.settings, p.problems = s, problems
	for _, x := range problems {
		p.log.Warn("settings", "line", x.Line, "path", x.Path, "problem", x.Message)
	}
	return nil
}

// startGateways starts what is to be watched.
func (p *Program) startGateways(ctx context.Context) error {
	t := p.opts.Target
	switch {
	case t.Demo:
		profile, k, err := p.startDemo(ctx)
		if err != nil {
			return err
		}
		return p.startGateway(ctx, profile, k)
	case t.Profile != "":
		profile, err := named(p.Settings(), t.Profile)
		if err != nil {
			return err
		}
		return p.startGateway(ctx, profile, p.storedCredentials(ctx, profile))
	case t.given():
		profile, k, err := adHocProfile(t)
		if err != nil {
			return err
		}
		p.noteGiven(profile.ID, k)
		return p.startGateway(ctx, profile, k)
	}
	return p.startStoredGateways(ctx)
}

// expected are the gateways that will be watched or listed: without them, what
// earlier runs left of them would count as over before they are there. The demo is
// beside none: it has a history of its own, and what is not watched is no fault of it.
func (p *Program) expected() []config.Profile {
	list := p.Settings().Profiles
	switch t := p.opts.Target; {
	case t.Demo:
		return nil
	case t.Core == "" && t.Admin == "":
		return list
	}
	if x, _, err := adHocProfile(p.opts.Target); err == nil {
		list = append(list, x)
	}
	return list
}

// startStoredGateways starts all stored profiles that want it. One that cannot be
// started does not keep the others from starting.
func (p *Program) startStoredGateways(ctx context.Context) error {
	look, cancel := context.WithTimeout(ctx, keychainAtStart)
	defer cancel()
	for _, profile := range p.Settings().Profiles {
		if !profile.Connect {
			p.listGateway(ctx, profile)
			continue
		}
		k, trouble := p.findCredentials(look, profile)
		p.noteWaiting(profile.ID, trouble)
		if err := p.startGateway(ctx, profile, k); err != nil {
			p.log.Warn("gateway not started", "gateway", string(profile.ID), "cause", err)
		}
	}
	p.reportKeychain(ctx)
	return nil
}

// startGateway shows a gateway and keeps its links up.
func (p *Program) startGateway(ctx context.Context, profile config.Profile, k credentials) error {
	topups := p.restoreMoney(ctx, profile.ID)
	p.listGateway(ctx, profile)
	unended := p.restorePicture(ctx, profile.ID)
	p.retainMonitoredKeys(ctx, profile.ID, k)
	if class, cause := p.keyless(profile, k); class != "" {
		p.gateways.stop(profile.ID)
		return p.sayUnwatched(ctx, profile, class, cause)
	}
	c, err := p.gatewayConfig(profile, k)
	if err == nil {
		c.Wants = func(ctx context.Context) rest.Wants { return p.wants(ctx, profile.ID) }
		if p.writer { // one that only looks asks for nothing
			c.Unended = unended
		}
		c.RecallList = p.recallList(ctx, profile.ID)
		c.Recall = func(g event.GroupID) (rest.Topup, bool) { t, ok := topups[g]; return t, ok }
		err = p.gateways.start(c)
	}
	if err == nil {
		return nil
	}
	f := fault.Of(err)
	return errors.Join(err, p.sayUnwatched(ctx, profile, classOf(f.Code), f.Message))
}

// sayUnwatched shows why a gateway has no connections at all.
func (p *Program) sayUnwatched(ctx context.Context, profile config.Profile, class, cause string) error {
	plane := event.PlaneCore
	if profile.CoreURL == "" {
		plane = event.PlaneAdmin
	}
	now := time.Now()
	return p.engine.PublishOne(ctx, event.Envelope{
		At: now, Source: &event.Source{Gateway: profile.ID, Via: event.ViaComputed},
		Body: event.LinkChanged{
			Hub: "all", Plane: plane, State: event.LinkError, Class: class, Cause: cause, At: now,
		},
	})
}

// classOf gives the class that links use to why a gateway was not started. Nobody has
// been asked yet, so no key was refused: there is none.
func classOf(c fault.Code) string {
	switch c {
	case fault.Unauthorized:
		return classNoKey
	case fault.Forbidden:
		return "forbidden"
	case fault.TLS:
		return "tls"
	case fault.Unreachable:
		return "network"
	case fault.Misconfigured, fault.Usage, fault.Internal:
	}
	return "misconfigured"
}

// listGateway lists a gateway.
func (p *Program) listGateway(ctx context.Context, profile config.Profile) {
	p.mu.Lock()
	p.profiles[profile.ID] = profile
	p.mu.Unlock()
	err := p.engine.Do(ctx, func(s *state.State) { s.SetGateway(gatewayOf(profile)) })
	if err != nil {
		p.log.Error("showing a gateway", "cause", err)
	}
}

// gatewayOf is a profile as it is shown.
func gatewayOf(profile config.Profile) state.Gateway {
	label := profile.Label
	if label == "" {
		label = string(profile.ID)
	}
	return state.Gateway{
		ID: string(profile.ID), Label: label, Colour: profile.Colour,
		Production: profile.Production, Demo: profile.ID == demoID,
	}
}

// Connect connects a gateway's links at once, and asks for the keychain that
// withholds its keys; Disconnect ends them until
// Connect; Reconnect does both. "" means all gateways.
func (p *Program) Connect(id event.GatewayID) error {
	asked := p.askForKeys(id)
	if err := p.each(id, func(g links) { g.Connect() }); !asked {
		return err
	}
	return nil
}

// Disconnect ends a gateway's links until Connect.
func (p *Program) Disconnect(id event.GatewayID) error {
	return p.each(id, func(g links) { g.Disconnect() })
}

// Reconnect ends a gateway's links and connects anew.
func (p *Program) Reconnect(id event.GatewayID) error {
	asked := p.askForKeys(id)
	if err := p.each(id, func(g links) { g.Reconnect() }); !asked {
		return err
	}
	return nil
}

// Refresh reads again what can be read of a gateway, and leaves its connections
// alone.
func (p *Program) Refresh(id event.GatewayID) error {
	return p.each(id, func(g links) { g.Refresh() })
}

// links is what can be done to a gateway by hand.
type links interface {
	Connect()
	Disconnect()
	Reconnect()
	Refresh()
}

func (p *Program) each(id event.GatewayID, do func(links)) error {
	if id != "" {
		g, err := p.gateways.get(id)
		if err != nil {
			return err
		}
		do(g)
		return nil
	}
	for _, g := range p.gateways.all() {
		do(g)
	}
	return nil
}

// FollowTask subscribes to one task of a gateway until it ends.
func (p *Program) FollowTask(ctx context.Context, id event.GatewayID, task event.TaskID, m event.Medium) error {
	g, err := p.gateways.get(id)
	if err != nil {
		return err
	}
	if err := g.FollowTask(ctx, task, m); err != nil {
		return fmt.Errorf("watch task: %w", err)
	}
	return nil
}

// ClearTasks drops the finished tasks of a gateway from what is shown, or the
// one task named by its id in the live state.
func (p *Program) ClearTasks(ctx context.Context, id event.GatewayID, task string) error {
	return p.engine.Do(ctx, func(s *state.State) { s.ClearTasks(string(id), task) })
}

// Demo reports whether the demo gateway is being watched.
func (p *Program) Demo() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.profiles[demoID]
	return ok
}

// IsDemo reports whether id is the demo gateway's.
func (p *Program) IsDemo(id event.GatewayID) bool { return id == demoID }

// Profiles lists what is watched or could be, by id.
func (p *Program) Profiles() []config.Profile {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := slices.Collect(maps.Values(p.profiles))
	slices.SortFunc(list, func(a, b config.Profile) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return list
}

// profile finds a listed profile.
func (p *Program) profile(id event.GatewayID) (config.Profile, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if x, ok := p.profiles[id]; ok {
		return x, nil
	}
	return config.Profile{}, fault.New(fault.Usage, fmt.Sprintf("There is no gateway %q.", id), nil)
}

// keep lists a profile and writes it to the settings file, unless it was only
// given on the command line.
func (p *Program) keep(profile config.Profile) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keepLocked(profile)
}

// editKeys changes what a profile says of its virtual keys; edit reports
// whether it changed anything.
func (p *Program) editKeys(id event.GatewayID, edit func(*config.Profile) (bool, error)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	profile, ok := p.profiles[id]
	if !ok {
		return fault.New(fault.Usage, fmt.Sprintf("There is no gateway %q.", id), nil)
	}
	profile.VirtualKeys = slices.Clone(profile.VirtualKeys)
	if changed, err := edit(&profile); err != nil || !changed {
		return err
	}
	return p.keepLocked(profile)
}

// keepLocked is keep; p.mu is held.
func (p *Program) keepLocked(profile config.Profile) error {
	p.profiles[profile.ID] = profile
	if p.IsDemo(profile.ID) || p.opts.Target.Core != "" || p.opts.Target.Admin != "" {
		return nil
	}
	next := p.settings.Clone()
	i := slices.IndexFunc(next.Profiles, func(x config.Profile) bool { return x.ID == profile.ID })
	if i < 0 {
		next.Profiles = append(next.Profiles, profile)
	} else {
		next.Profiles[i] = profile
	}
	return p.save(next)
}

// save writes the settings; p.mu is held. What somebody wrote into the file
// meanwhile stays there, and is put in force by the next look at the file.
func (p *Program) save(next config.Settings) error {
	if err := next.Validate(); err != nil {
		f := fault.Of(err)
		return &fault.Fault{Code: fault.Usage, Message: f.Message, Cause: f.Cause, Fields: f.Fields}
	}
	before := p.settings
	theirs, _, err := config.Reload(p.opts.Paths.Settings, before)
	if p.unapplied == nil && err == nil && !reflect.DeepEqual(theirs, before) {
		p.unapplied = &before
	}
	// As the file says it: so a later look at the file finds nothing new.
	written, problems, err := config.Save(p.opts.Paths.Settings, before, next)
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f
	}
	if err != nil {
		return fault.New(fault.Internal, "The settings cannot be written.", err)
	}
	p.settings, p.problems = written, problems
	return nil
}

// SaveProfile makes a profile (without an id) or changes one, stores the keys
// that are given with it, and watches it if it wants that and has a key. A key
// that is not set is kept as it is. Keys are stored before anything connects,
// so that a gateway whose keys were lost can be given them again.
func (p *Program) SaveProfile(ctx context.Context, in config.Profile, virtual, master secret.String) (config.Profile, error) {
	if in.ID == "" {
		in.ID = p.Settings().NewID(in.Label)
	}
	old, err := p.profile(in.ID)
	if err != nil || old.Label != in.Label {
		if taken := p.nameTaken(in); taken != nil {
			return in, taken
		}
	}
	if err == nil {
		in.VirtualKeys, in.MasterKeyStored = old.VirtualKeys, old.MasterKeyStored
		in.Thresholds, in.Groups, in.Keys = old.Thresholds, old.Groups, old.Keys
	}
	if err := p.checkOwnFiles(old, in); err != nil {
		return in, err
	}
	if err := p.keep(in); err != nil {
		return in, err
	}
	p.listGateway(ctx, in)
	if virtual.Set() || master.Set() {
		err := p.SetKeys(ctx, in.ID, virtual, master)
		now, gone := p.profile(in.ID)
		return now, errors.Join(err, gone)
	}
	if !in.Connect || !authenticated(in) {
		p.gateways.stop(in.ID)
		return in, nil
	}
	return in, p.startGateway(ctx, in, p.storedCredentials(ctx, in))
}

// DeleteProfile stops watching a gateway and deletes its profile, its keys
// and all that is shown of it. History is kept.
func (p *Program) DeleteProfile(ctx context.Context, id event.GatewayID) error {
	if err := p.ForgetKeys(ctx, id); err != nil {
		p.log.Warn("deleting a profile", "gateway", string(id), "cause", err)
	}
	p.mu.Lock()
	delete(p.profiles, id)
	next := p.settings.Clone()
	next.Profiles = slices.DeleteFunc(next.Profiles, func(x config.Profile) bool { return x.ID == id })
	err := p.save(next)
	p.mu.Unlock()
	return errors.Join(err, p.engine.Do(ctx, func(s *state.State) { s.Forget(string(id), false) }), p.dropKept(ctx, id))
}

// Settings returns a copy of the settings in force.
func (p *Program) Settings() config.Settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settings.Clone()
}

// Problems lists what in the settings file was not understood, rules that this
// version does not have included. All of it is kept in the file.
func (p *Program) Problems() []config.Problem {
	known := func(id string) bool {
		return slices.ContainsFunc(alert.Builtin(), func(r alert.Rule) bool { return r.ID == id })
	}
	p.mu.Lock()
	problems := slices.Clone(p.problems)
	p.mu.Unlock()
	for _, id := range p.Settings().UnknownRules(known) {
		problems = append(problems, config.Problem{
			Path: "alerts.rules." + id, Message: fmt.Sprintf("There is no rule %q in this version; it is kept.", id), Unknown: true,
		})
	}
	return problems
}

// Change edits the settings and puts them in force.
func (p *Program) Change(ctx context.Context, edit func(*config.Settings)) error {
	p.mu.Lock()
	old := p.settings
	next := old.Clone()
	edit(&next)
	err := p.save(next)
	now := p.settings
	p.mu.Unlock()
	if err != nil {
		return err
	}
	p.applySettings(ctx)
	return p.reapply(ctx, old, now)
}

// Paths says where files are kept.
func (p *Program) Paths() config.Paths { return p.opts.Paths }
