package run

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/core/text"
	"gatewatch/internal/store/config"
)

const (
	// systemPollInterval is how often the network and the clock are looked at: a lost
	// network must be known before its alerts would fire (60 s).
	systemPollInterval = 5 * time.Second
	// sleepThreshold is a jump of the wall clock beyond the time that passed for us
	// which means that the machine was asleep.
	sleepThreshold = 20 * time.Second
)

// systemMonitor watches what is around us: sleep and the network. It belongs to
// the goroutine that calls poll.
type systemMonitor struct {
	online func() bool
	now    func() time.Time
	ran    func() time.Duration // how long we have run; stands still in sleep

	last     time.Time // of poll, by the wall clock
	lastRan  time.Duration
	offSince time.Time // zero while online
	slept    bool      // as the system said
}

// systemEvent is what poll found.
type systemEvent uint8

const (
	same systemEvent = iota
	wentOffline
	cameBack // from sleep or to the network; since says from when
)

// woke notes that the system said that it slept: the next poll finds it, however
// short it was.
func (s *systemMonitor) woke() { s.slept = true }

// poll compares with the last poll.
func (s *systemMonitor) poll() (c systemEvent, since time.Time) {
	now, ran := s.now().Round(0), s.ran()
	last, lastRan := s.last, s.lastRan
	s.last, s.lastRan = now, ran
	awake := s.slept || !last.IsZero() && now.Sub(last)-(ran-lastRan) > sleepThreshold
	s.slept = false
	on := s.online()
	switch {
	case !on && s.offSince.IsZero():
		s.offSince = now
		return wentOffline, now
	case on && !s.offSince.IsZero():
		since, s.offSince = s.offSince, time.Time{}
		return cameBack, since
	case awake && on:
		return cameBack, last
	}
	return same, time.Time{}
}

// startSystemEvents informs rules and Dispatcher of sleep and network, and
// connects at once when either ends.
func (p *Program) startSystemEvents(ctx context.Context) {
	began := time.Now()
	s := &systemMonitor{online: p.online, now: time.Now, ran: func() time.Duration { return time.Since(began) }}
	s.poll()
	woke, moved := make(chan struct{}, 1), make(chan struct{}, 1)
	ring := func(bell chan struct{}) func() {
		return func() {
			select {
			case bell <- struct{}{}:
			default: // it will be looked at already
			}
		}
	}
	p.background(ctx, "what the system says", func(ctx context.Context) error {
		followSystem(ctx, ring(woke), ring(moved))
		return nil
	})
	p.background(ctx, "surroundings", func(ctx context.Context) error {
		t := time.NewTicker(systemPollInterval)
		defer t.Stop()
		zone := systemZone()
		said := zone
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
			case <-moved:
			case <-woke:
				s.woke()
			}
			p.handleSystemEvent(ctx, s)
			if now := systemZone(); now != said {
				said = now
				p.reportCondition(ctx, zoneCondition(zone, now))
			}
		}
	})
}

// handleSystemEvent acts on what is around us.
func (p *Program) handleSystemEvent(ctx context.Context, s *systemMonitor) {
	c, since := s.poll()
	if c == same {
		return
	}
	f := state.AppCondition{ID: "network"}
	if c == wentOffline {
		f.Severity, f.Title = string(event.SeverityWarning), "You are offline."
		f.Text = "Showing data from " + text.Clock(since, time.Now(), time.Local) + ". Alerts resume when the network is back."
	}
	err := p.engine.Do(ctx, func(*state.State) {
		p.system.Offline = c == wentOffline
		if c == cameBack {
			p.system.Since, p.system.AwaySince = time.Now(), since
			p.system.Grace, p.system.Ready = alert.DefaultGrace, false
			p.system.Shortages = nil
			p.rules.shortages.away(since, p.system.Since)
			p.rules.onReady = p.markReady
		}
		p.rules.evaluator.SetSystemState(p.system)
		p.dispatcher.SetSystemState(p.system)
	})
	if err != nil {
		return
	}
	p.reportCondition(ctx, f)
	if c == cameBack {
		// What waits need not wait longer; nobody is asked for keys over it.
		_ = p.each("", func(g links) { g.Connect() })
	}
}

// online reports whether there is a network that leads to a watched gateway:
// an interface that is up with an address of its own, or a gateway on this
// machine. Nobody else's server is asked.
func (p *Program) online() bool {
	if slices.ContainsFunc(p.Profiles(), onThisMachine) {
		return true
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		return true // nobody can say: better to evaluate than to be silent
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err == nil && len(addresses) > 0 && usable(addresses) {
			return true
		}
	}
	return false
}

// usable reports whether any address reaches beyond its own cable.
func usable(addresses []net.Addr) bool {
	for _, a := range addresses {
		prefix, err := netip.ParsePrefix(a.String())
		if err == nil && !prefix.Addr().IsLinkLocalUnicast() && !prefix.Addr().IsLoopback() {
			return true
		}
	}
	return false
}

// onThisMachine reports whether a gateway's address is the loopback.
func onThisMachine(p config.Profile) bool {
	for _, address := range []string{p.CoreURL, p.AdminURL} {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			continue
		}
		host := u.Hostname()
		if ip, err := netip.ParseAddr(host); host == "localhost" || err == nil && ip.IsLoopback() {
			return true
		}
	}
	return false
}
