package run

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"gatewatch/internal/alert"
	"gatewatch/internal/config"
	"gatewatch/internal/event"
	"gatewatch/internal/state"
)

const (
	// lookEvery is how often the network and the clock are looked at: a lost
	// network must be known before its alerts would fire (60 s).
	lookEvery = 5 * time.Second
	// slept is a jump of the wall clock beyond the time that passed for us
	// which means that the machine was asleep.
	slept = 20 * time.Second
)

// surroundings watches what is around us: sleep and the network. It belongs to
// the goroutine that calls look.
type surroundings struct {
	online func() bool
	now    func() time.Time
	ran    func() time.Duration // how long we have run; stands still in sleep

	last     time.Time // of look, by the wall clock
	lastRan  time.Duration
	offSince time.Time // zero while online
}

// change is what look found.
type change uint8

const (
	same change = iota
	wentOffline
	cameBack // from sleep or to the network; since says from when
)

// look compares with the last look.
func (s *surroundings) look() (c change, since time.Time) {
	now, ran := s.now().Round(0), s.ran()
	last, lastRan := s.last, s.lastRan
	s.last, s.lastRan = now, ran
	awake := !last.IsZero() && now.Sub(last)-(ran-lastRan) > slept
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

// startSurroundings tells rules and announcer of sleep and network, and
// connects at once when either ends.
func (p *Program) startSurroundings(ctx context.Context) {
	began := time.Now()
	s := &surroundings{online: p.online, now: time.Now, ran: func() time.Duration { return time.Since(began) }}
	s.look()
	p.background(ctx, "surroundings", func(ctx context.Context) error {
		t := time.NewTicker(lookEvery)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
				p.surrounded(ctx, s)
			}
		}
	})
}

// surrounded acts on what is around us.
func (p *Program) surrounded(ctx context.Context, s *surroundings) {
	c, since := s.look()
	if c == same {
		return
	}
	f := state.AppFact{ID: "network"}
	if c == wentOffline {
		f.Severity, f.Title = string(event.SeverityWarning), "You are offline."
		f.Text = "Showing data from " + since.Format("15:04") + ". Alerts resume when the network is back."
	}
	err := p.engine.Do(ctx, func(*state.State) {
		p.situation.Offline = c == wentOffline
		if c == cameBack {
			p.situation.Since, p.situation.AwayFrom = time.Now(), since
			p.situation.Grace, p.situation.Ready = alert.DefaultGrace, false
			p.judge.ready = p.becameReady
		}
		p.judge.rules.Situate(p.situation)
		p.announcer.Situate(p.situation)
	})
	if err != nil {
		return
	}
	p.say(ctx, f)
	if c == cameBack {
		_ = p.Connect("") // what waits need not wait longer
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
		return true // nobody can say: better to judge than to be silent
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
