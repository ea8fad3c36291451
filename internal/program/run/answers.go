package run

import (
	"bufio"
	"cmp"
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
	"slices"
	"strings"
	"sync"
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
	// Forecasts say when budgets are used up, as the pages show it; empty where nothing
	// was foreseen yet.
	Forecasts []state.Forecast `json:"forecasts"`
}

// ReportOf makes the report of all gateways.
func ReportOf(live *state.Live) Report { return reportOf(live, outlook.All) }

// reportOf makes the report of one gateway, or of all.
func reportOf(live *state.Live, gateway string) Report {
	r := Report{
		At: time.Now(), Money: []state.Money{}, Alerts: []state.AlertLine{}, Forecasts: []state.Forecast{},
		Lost: outlook.LostOf(live, gateway, time.Now()),
	}
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
	for _, f := range live.Forecasts {
		if of(f.Gateway) {
			r.Forecasts = append(r.Forecasts, f)
		}
	}
	slices.SortFunc(r.Forecasts, func(a, b state.Forecast) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
	})
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

// The roles of runs that only look once and end.
const (
	RoleStatus   = "status"
	RoleForecast = "forecast"
)

// LooksOnce reports whether a run of that role only looks once and ends: nobody asks it.
func LooksOnce(role string) bool { return role == RoleStatus || role == RoleForecast }

// ErrNotWatched means that the program that runs does not watch what is asked for.
var ErrNotWatched = errors.New("run: the program that runs does not watch this")

// errNoForecasts means that the program that runs is of a version that is not asked.
var errNoForecasts = errors.New("run: the program that runs tells no forecasts")

// question is what somebody asks the program that runs, answer what it says.
type question struct {
	Profile  string            `json:"profile,omitempty"` // id or label
	Core     string            `json:"core,omitempty"`
	Admin    string            `json:"admin,omitempty"`
	Forecast *ForecastQuestion `json:"forecast,omitempty"` // nil: how things are
}

type answer struct {
	Watched   bool       `json:"watched"`
	Report    Report     `json:"report"`
	Forecasts []Foreseen `json:"forecasts"` // nil where none were asked for
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
	if !p.writer || LooksOnce(p.opts.Role) {
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
		var slow sync.WaitGroup
		defer slow.Wait()
		for {
			c, err := l.Accept()
			if err != nil {
				_ = os.Remove(path)
				if ctx.Err() == nil { // not by us
					p.log.Warn("nobody can ask any more how things are", "cause", err)
				}
				return nil
			}
			p.answer(ctx, c, &slow)
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

// answer answers one question, and has slow wait for an answer that takes long. Who does
// not ask or read in time is left.
func (p *Program) answer(ctx context.Context, c net.Conn, slow *sync.WaitGroup) {
	close := func() { _ = c.Close() } // nothing is lost
	defer func() { close() }()
	if err := c.SetDeadline(time.Now().Add(answerPatience)); err != nil {
		return
	}
	var q question
	if err := json.NewDecoder(io.LimitReader(c, maxQuestion)).Decode(&q); err != nil {
		return
	}
	if q.Forecast != nil {
		close = func() {}
		slow.Go(func() { p.answerForecasts(ctx, c, q) })
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
	gateway, watched := p.meant(&snap.Live, q)
	if !watched {
		return answer{}
	}
	return answer{Watched: true, Report: reportOf(&snap.Live, gateway)}
}

// meant is the gateway that a question is about, or all of them; watched is false if it
// is not watched.
func (p *Program) meant(live *state.Live, q question) (gateway string, watched bool) {
	if q.Profile+q.Core+q.Admin == "" {
		return outlook.All, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, x := range p.profiles {
		if _, watched := live.Gateways[string(id)]; watched && q.means(x) {
			return string(id), true
		}
	}
	return "", false
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
	a, err := ask(ctx, paths, question{Profile: t.Profile, Core: t.Core, Admin: t.Admin}, askPatience)
	return a.Report, err
}

// ask asks the program that runs on these files one question.
func ask(ctx context.Context, paths config.Paths, q question, patience time.Duration) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	path := socketOf(paths)
	if err := ownFolder(filepath.Dir(path)); err != nil {
		return answer{}, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return answer{}, fmt.Errorf("ask the program that runs: %w", err)
	}
	defer c.Close() //nolint:errcheck // nothing is lost
	defer context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Now()) })()
	if err := c.SetDeadline(time.Now().Add(askPatience)); err != nil {
		return answer{}, fmt.Errorf("ask the program that runs: %w", err)
	}
	if err := json.NewEncoder(c).Encode(q); err != nil {
		return answer{}, fmt.Errorf("ask the program that runs: %w", err)
	}
	a, err := answered(c, patience)
	if err == nil && !a.Watched {
		err = ErrNotWatched
	}
	return a, err
}

// answered reads an answer. Its beginning, which may be a blank as a sign that somebody
// is there, must come as soon as ever, the rest before patience ends.
func answered(c net.Conn, patience time.Duration) (a answer, err error) {
	r := bufio.NewReader(io.LimitReader(c, maxAnswer))
	if _, err = r.Peek(1); err == nil {
		if err = c.SetDeadline(time.Now().Add(patience)); err == nil {
			err = json.NewDecoder(r).Decode(&a)
		}
	}
	if err != nil {
		return answer{}, fmt.Errorf("ask the program that runs: %w", err)
	}
	return a, nil
}
