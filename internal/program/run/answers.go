package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/engine"
	"gatewatch/internal/core/outlook"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/config"
)

// Report is how things are, as the program that runs has it: what the first page
// says, what is open, and what is spent.
type Report struct {
	At time.Time `json:"at,omitzero"`
	// Condition, Says, Unknown and Hindrance are an outlook: of all gateways, or of
	// the one that was asked for.
	Condition string            `json:"condition"`
	Says      string            `json:"says"`
	Unknown   []string          `json:"unknown"`
	Hindrance string            `json:"hindrance"`
	Money     []state.Money     `json:"money"`
	Alerts    []state.AlertLine `json:"alerts"` // firing and recovering
	// Lost are the gateways to which no connection is left.
	Lost []outlook.Lost `json:"lost"`
}

// ReportOf makes the report of all gateways.
func ReportOf(live *state.Live) Report { return reportOf(live, outlook.All) }

// reportOf makes the report of one gateway, or of all.
func reportOf(live *state.Live, gateway string) Report {
	r := Report{At: time.Now(), Money: []state.Money{}, Alerts: []state.AlertLine{}, Lost: outlook.LostOf(live, gateway, time.Now())}
	of := func(id string) bool { return gateway == outlook.All || id == gateway }
	for _, a := range live.Alerts {
		_, here := live.Gateways[a.Gateway]
		if alert.Status(a.Status).Open() && of(a.Gateway) && (here || a.Gateway == "") { // not what another run left of others
			r.Alerts = append(r.Alerts, a)
		}
	}
	for _, m := range live.Money() {
		if of(m.Gateway) {
			r.Money = append(r.Money, m)
		}
	}
	o := live.Outlooks[gateway]
	r.Condition, r.Says, r.Unknown, r.Hindrance = o.Condition, strings.TrimSpace(o.Head+" "+o.Rest), o.Unknown, o.Hindrance
	return r
}

// How long somebody who asks waits for the program that runs, and that program for
// somebody who does not ask or does not read.
const (
	askPatience    = 3 * time.Second
	answerPatience = 2 * time.Second
)

// ErrNotWatched means that the program that runs does not watch what is asked for.
var ErrNotWatched = errors.New("run: the program that runs does not watch this")

// question is what somebody asks the program that runs, answer what it says.
type question struct {
	Profile string `json:"profile,omitempty"` // id or label
	Core    string `json:"core,omitempty"`
	Admin   string `json:"admin,omitempty"`
}

type answer struct {
	Watched bool   `json:"watched"`
	Report  Report `json:"report"`
}

// maxQuestion and maxAnswer bound what is read of the other process.
const (
	maxQuestion = 64 << 10
	maxAnswer   = 64 << 20
)

// socketOf is where the program that runs answers. A path that is too long for a
// socket is replaced by one of a folder of this user's in the temporary one.
func socketOf(paths config.Paths) string {
	const longest = 100 // bytes that every system takes
	if s := filepath.Join(paths.Data, "status.sock"); len(s) <= longest {
		return s
	}
	sum := sha256.Sum256([]byte(paths.Data))
	return filepath.Join(os.TempDir(), fmt.Sprintf("gatewatch-%d", os.Getuid()), hex.EncodeToString(sum[:8])+".sock")
}

// startAnswers answers others of this user who ask how things are. Where that
// cannot be, they read what is kept and say so.
func (p *Program) startAnswers(ctx context.Context) {
	if !p.writer || p.opts.Role == RoleStatus {
		return
	}
	path := socketOf(p.opts.Paths)
	l, err := listen(ctx, path)
	if err != nil {
		p.log.Warn("nobody can ask how things are", "cause", err)
		return
	}
	p.background(ctx, "answers", func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { _ = l.Close() })()
		for {
			c, err := l.Accept()
			if err != nil {
				_ = os.Remove(path)
				if ctx.Err() == nil { // not by us
					p.log.Warn("nobody can ask any more how things are", "cause", err)
				}
				return nil
			}
			p.answer(ctx, c)
		}
	})
}

// listen makes the socket, for this user alone. What an earlier run left, which
// was killed, is in the way: the caller has the lock.
func listen(ctx context.Context, path string) (net.Listener, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	if err := ownFolder(dir); err != nil {
		return nil, err
	}
	_ = os.Remove(path)
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("answers: %w", err), l.Close())
	}
	return l, nil
}

// ownFolder fails where a folder is not this user's alone: in the temporary one
// somebody else may have made it first, and would answer in our name. Only the
// owner may close it to others.
func ownFolder(dir string) error {
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return errors.Join(fmt.Errorf("answers: %s is no folder", dir), err)
	}
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder must be entered
		return fmt.Errorf("answers: a folder of somebody else: %w", err)
	}
	return nil
}

// answer answers one question. Who does not ask or read in time is left.
func (p *Program) answer(ctx context.Context, c net.Conn) {
	defer c.Close() //nolint:errcheck // nothing is lost
	if err := c.SetDeadline(time.Now().Add(answerPatience)); err != nil {
		return
	}
	var q question
	if err := json.NewDecoder(io.LimitReader(c, maxQuestion)).Decode(&q); err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	snap, err := p.engine.Snapshot(ctx)
	if err != nil {
		return
	}
	if err := json.NewEncoder(c).Encode(p.answerOf(&snap, q)); err != nil {
		p.log.Debug("who asked does not listen", "cause", err)
	}
}

func (p *Program) answerOf(snap *engine.Snapshot, q question) answer {
	if q == (question{}) {
		return answer{Watched: true, Report: ReportOf(&snap.Live)}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, x := range p.profiles {
		if _, watched := snap.Live.Gateways[string(id)]; watched && q.means(x) {
			return answer{Watched: true, Report: reportOf(&snap.Live, string(id))}
		}
	}
	return answer{}
}

// means reports whether a question is about this gateway: by its name, or by
// both of its addresses.
func (q question) means(x config.Profile) bool {
	if q.Profile != "" {
		return string(x.ID) == q.Profile || strings.EqualFold(x.Label, q.Profile)
	}
	same := func(a, b string) bool { return strings.TrimRight(a, "/") == strings.TrimRight(b, "/") }
	return (q.Core != "" || q.Admin != "") && same(q.Core, x.CoreURL) && same(q.Admin, x.AdminURL)
}

// Ask asks the program that runs on these files how things are: of all that it
// watches, or of the target if one is given; ErrNotWatched if it does not watch
// that. It waits 3 s at most.
func Ask(ctx context.Context, paths config.Paths, t Target) (Report, error) {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	path := socketOf(paths)
	if err := ownFolder(filepath.Dir(path)); err != nil {
		return Report{}, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return Report{}, fmt.Errorf("ask the program that runs: %w", err)
	}
	defer c.Close() //nolint:errcheck // nothing is lost
	if err := c.SetDeadline(time.Now().Add(askPatience)); err != nil {
		return Report{}, fmt.Errorf("ask the program that runs: %w", err)
	}
	if err := json.NewEncoder(c).Encode(question{Profile: t.Profile, Core: t.Core, Admin: t.Admin}); err != nil {
		return Report{}, fmt.Errorf("ask the program that runs: %w", err)
	}
	var a answer
	if err := json.NewDecoder(io.LimitReader(c, maxAnswer)).Decode(&a); err != nil {
		return Report{}, fmt.Errorf("ask the program that runs: %w", err)
	}
	if !a.Watched {
		return Report{}, ErrNotWatched
	}
	return a.Report, nil
}
