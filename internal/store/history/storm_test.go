package history

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatewatch/internal/core/event"
)

// The storm: this test binary runs itself as a child that records events as
// fast as it can and tells alerts, and kills it at any moment. A file beside
// the database stands for the user's screen; what the child prints is what it
// was promised.

const stormEnv = "GATEWATCH_HISTORY_STORM" // the folder of a child

// runStormChild is the child's main; it reports whether this is one.
func runStormChild() bool {
	dir := os.Getenv(stormEnv)
	if dir == "" {
		return false
	}
	if err := storm(dir); err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	return true
}

// storm never ends by itself.
func storm(dir string) error {
	ctx := context.Background()
	o := Options{Describe: describeTest, SpendOf: SpendOf, Location: time.UTC, MaintenanceInterval: 20 * time.Millisecond, EventRetention: 100 * 365 * 24 * time.Hour}
	db, said, err := Open(ctx, filepath.Join(dir, "history.db"), o)
	if err != nil || len(said) > 0 {
		return fmt.Errorf("open: %w, %+v", err, said)
	}
	screen, err := os.OpenFile(filepath.Join(dir, "screen"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- tell(ctx, db, screen) }()
	r := rand.New(rand.NewPCG(uint64(db.LastSeq()), 7))
	for n := int(db.LastSeq()) + 1; ; n++ {
		db.Record(stormEvent(r, n))
		if n%200 == 0 {
			select {
			case err := <-failed:
				return err
			case <-time.After(time.Millisecond):
			}
		}
	}
}

// tell first repeats what a crash left untold, then tells new alerts.
func tell(ctx context.Context, db *DB, screen io.Writer) error {
	show := func(s Notification) error {
		if _, err := fmt.Fprintln(screen, s.Fingerprint); err != nil { // the user sees it
			return err
		}
		if err := db.LogDelivered(ctx, s.ID, time.Now()); err != nil {
			return err
		}
		fmt.Println("delivered", s.Fingerprint)
		return nil
	}
	left, err := db.UndeliveredNotifications(ctx)
	if err != nil {
		return err
	}
	for _, s := range left {
		fmt.Println("left", s.Fingerprint)
		if err := show(s); err != nil {
			return err
		}
	}
	all, err := db.LastNotifications(ctx, time.Time{})
	if err != nil {
		return err
	}
	for n := len(all) + 1; ; n++ {
		s := Notification{Fingerprint: fmt.Sprintf("alert-%d", n), Period: "e", Severity: event.SeverityCritical, Body: json.RawMessage(`{"title":"x"}`)}
		if s.ID, err = db.LogIntended(ctx, s); err != nil {
			return err
		}
		fmt.Println("intended", s.Fingerprint)
		db.PutAlert(Alert{Fingerprint: s.Fingerprint, Status: "firing", Since: time.Now(), UpdatedAt: time.Now()})
		if err := show(s); err != nil {
			return err
		}
	}
}

// promises is what the children said before they died.
type promises struct {
	intended, delivered, left map[string]bool
}

// TestKilledInAStorm: after every kill the file is whole, nothing told is told
// again unless the kill fell between showing and noting it, and nothing
// intended is forgotten.
func TestKilledInAStorm(t *testing.T) {
	rounds := 6
	if long() {
		rounds = 50
	}
	dir := t.TempDir()
	p := promises{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for round := range rounds {
		runAndKill(t, dir, &p, time.Duration(30+r.IntN(400))*time.Millisecond)
		checkAfterKill(t, dir, p, round)
	}
	seen := onScreen(t, dir)
	shown := 0
	for fp, n := range seen {
		shown += n
		if n > 1 && !p.left[fp] {
			t.Errorf("%s was shown %d times, though it was not left over", fp, n)
		}
	}
	repeated := shown - len(seen)
	if repeated > rounds {
		t.Errorf("%d repeats in %d kills", repeated, rounds)
	}
	if len(p.intended) < rounds {
		t.Fatalf("only %d alerts in %d rounds: the storm was none", len(p.intended), rounds)
	}
	t.Logf("%d kills: %d alerts intended, %d shown, %d shown again after a kill between the two marks",
		rounds, len(p.intended), len(seen), repeated)
}

// runAndKill runs a child, and kills it some time after it first delivered.
func runAndKill(t *testing.T, dir string, p *promises, after time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), stormEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	giveUp := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer giveUp.Stop()
	lines := bufio.NewScanner(out)
	var kill *time.Timer
	for lines.Scan() {
		word, fp, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "intended":
			p.intended[fp] = true
		case "delivered":
			p.delivered[fp] = true
		case "left":
			p.left[fp] = true
		default:
			t.Errorf("the child says: %s", lines.Text())
		}
		if kill == nil {
			kill = time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
			defer kill.Stop()
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	if kill == nil {
		t.Fatal("the child said nothing")
	}
}

func checkAfterKill(t *testing.T, dir string, p promises, round int) {
	t.Helper()
	o := testOptions()
	db, said, err := Open(t.Context(), filepath.Join(dir, "history.db"), o)
	if err != nil || len(said) > 0 {
		t.Fatalf("round %d: open: %v, %+v", round, err, said)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	ctx := t.Context()
	if found := must[[]string](t)(column[string](ctx, db.reader(), "PRAGMA integrity_check")); len(found) != 1 || found[0] != "ok" {
		t.Fatalf("round %d: integrity: %v", round, found)
	}
	all := must[[]Notification](t)(db.LastNotifications(ctx, time.Time{}))
	kept := map[string]Notification{}
	for _, s := range all {
		kept[s.Fingerprint] = s
	}
	for fp := range p.intended {
		if _, ok := kept[fp]; !ok {
			t.Errorf("round %d: %s was intended and is forgotten", round, fp)
		}
	}
	for fp := range p.delivered {
		if kept[fp].DeliveredAt.IsZero() {
			t.Errorf("round %d: %s was delivered and is not known to be", round, fp)
		}
	}
	undelivered := must[[]Notification](t)(db.UndeliveredNotifications(ctx))
	if len(undelivered) > 1 { // the child tells one after the other
		t.Errorf("round %d: %d undelivered", round, len(undelivered))
	}
	for _, s := range undelivered {
		p.left[s.Fingerprint] = true
	}
	checkEvents(t, db, round)
}

// checkEvents: numbers without a hole, all of them indexed, and sums that agree
// with the events.
func checkEvents(t *testing.T, db *DB, round int) {
	t.Helper()
	var rows, last, words, gaps, booked, summed int64
	err := db.reader().QueryRowContext(t.Context(), `SELECT count(*), coalesce(max(seq), 0),
		(SELECT count(*) FROM event_fts WHERE event_fts MATCH '"ᚠs0" OR "ᚠs1" OR "ᚠs2"'),
		(SELECT coalesce(sum(json_extract(body, '$.count') - 1), 0) FROM event WHERE kind = 'history.gap'),
		(SELECT coalesce(sum(json_extract(body, '$.amount')), 0) FROM event WHERE kind = 'spend.recorded'),
		(SELECT coalesce(sum(nano), 0) FROM spend_day) FROM event`).Scan(&rows, &last, &words, &gaps, &booked, &summed)
	if err != nil {
		t.Fatal(err)
	}
	if rows+gaps != last {
		t.Errorf("round %d: %d events and %d in gaps, but the last number is %d", round, rows, gaps, last)
	}
	if words != rows {
		t.Errorf("round %d: %d of %d events are indexed", round, words, rows)
	}
	if gaps == 0 && booked != summed || booked > summed {
		t.Errorf("round %d: the sums hold %d, the events %d", round, summed, booked)
	}
}

func onScreen(t *testing.T, dir string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "screen"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for line := range strings.Lines(string(text)) {
		seen[strings.TrimSpace(line)]++
	}
	return seen
}
