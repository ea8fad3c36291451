package run

import (
	"context"

	"gatewatch/internal/desktop/notification"
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
