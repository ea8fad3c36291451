package run

import (
	"context"
	"fmt"

	"gatewatch/internal/desktop/notification"
	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// RenewLogin makes the settings and the system agree on starting at login: what
// an installer or the desktop's own tool said since counts, and the entry leads
// to the program that runs now. Only the window calls it, as it starts.
func (p *Program) RenewLogin(ctx context.Context) {
	if p.opts.Target.given() {
		return // a run for one gateway is not the one that the user logs in to
	}
	wanted, folder := p.Settings().Window.StartAtLogin, p.opts.Paths.Autostart
	on, there := notification.StartsAtLogin(folder)
	if there && on != wanted {
		if err := p.Change(ctx, func(s *config.Settings) { s.Window.StartAtLogin = on }); err != nil {
			p.log.Warn("start at login is not noted", "cause", err)
			return
		}
		wanted = on
	}
	if wanted {
		if err := notification.StartAtLogin(true, folder); err != nil {
			p.log.Warn("the entry for starting at login is not renewed", "cause", err)
		}
	}
}

// LoginAnswer is what the user says to being asked about starting at login.
type LoginAnswer string

// The answers. Later is asked again at the next start, the others never.
const (
	LoginYes   LoginAnswer = "yes"
	LoginNo    LoginAnswer = "no"
	LoginLater LoginAnswer = "later"
)

// AsksAboutLogin reports whether the user is to be asked about starting at
// login: who watches a gateway of their own, has not said it yet, and has no
// entry that somebody else made.
func (p *Program) AsksAboutLogin() bool {
	s := p.Settings()
	if p.opts.Target.given() || p.loginLater.Load() || s.Window.LoginAsked || s.Window.StartAtLogin {
		return false
	}
	if _, there := notification.StartsAtLogin(p.opts.Paths.Autostart); there {
		return false
	}
	return len(s.Profiles) > 0
}

// AnswerLogin does what the user said, and remembers it.
func (p *Program) AnswerLogin(ctx context.Context, a LoginAnswer) error {
	switch a {
	case LoginLater:
		p.loginLater.Store(true)
		return nil
	case LoginYes, LoginNo:
		return p.Change(ctx, func(s *config.Settings) {
			s.Window.StartAtLogin, s.Window.LoginAsked = a == LoginYes, true
		})
	default:
		return fault.New(fault.Usage, fmt.Sprintf("%q is no answer: it is yes, no or later.", a), nil)
	}
}
