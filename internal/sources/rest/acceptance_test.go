package rest

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gatewatch/internal/core/alert"
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// alertRun folds events and looks at them with the rules as they come.
type alertRun struct {
	live  *state.State
	rules *alert.Evaluator
	seq   uint64
}

func newAlertRun() *alertRun {
	j := &alertRun{live: state.New(), rules: alert.New(alert.DefaultConfig())}
	j.live.SetGateway(state.Gateway{ID: "g"})
	return j
}

// fired applies events and returns the alerts that fired, most severe rules and
// all: "rule severity entity".
func (j *alertRun) fired(via event.Via, events ...event.Event) (list []string) {
	for _, f := range events {
		j.seq++
		env := event.Envelope{Seq: j.seq, At: time.Now(), Source: &event.Source{Gateway: "g", Via: via, Name: "x"}, Body: f}
		_, measured := f.(event.Measurement)
		if j.live.Apply(&env) || measured { // as the engine does
			j.rules.Observe(env)
		}
	}
	j.live.Derive(time.Now())
	changes, _ := j.rules.Eval(j.live.Live(), time.Now())
	for _, c := range changes {
		if c.Kind == alert.Fired {
			list = append(list, fmt.Sprintf("%s %s %s", c.Alert.Rule, c.Alert.Severity, c.Alert.Entity))
		}
	}
	return list
}

// open is the line of a rule's alert that fires or recovers.
func (j *alertRun) open(rule string) state.AlertLine {
	for _, l := range j.rules.Lines(time.Now()) {
		if l.Rule == rule && (l.Status == string(alert.StatusFiring) || l.Status == string(alert.StatusRecovering)) {
			return l
		}
	}
	return state.AlertLine{}
}

// TestOneNoticeOfOneRefusal: a provider that the gateway switched off is one
// critical alert, however often it is read; one that somebody switched off is
// none.
func TestOneNoticeOfOneRefusal(t *testing.T) {
	const row = `[{"id":1,"providerName":"P","isEnabled":%v,"createdAt":"2026-11-22T22:16:10Z","updatedAt":%q,"keyCount":2}]`
	const failure = `[{"providerId":1,"errorType":"InvalidApiKey","errorMessage":"API returned an error: 401 Unauthorized","occurredAt":"2026-11-22T23:08:10.94Z","isFatal":true}]`
	bubble(t, func(t *testing.T) {
		g := newGate(t, "head")
		g.set(pathProviders, fmt.Sprintf(row, true, "2026-11-22T22:24:12Z"))
		g.set(pathErrors, "[]")
		w, j := watchGate(t, g), newAlertRun()
		j.fired(event.ViaREST, w.take(10*time.Second)...)
		g.set(pathProviders, fmt.Sprintf(row, false, "2026-11-22T23:08:10.96Z"))
		g.set(pathErrors, failure)
		var fired []string
		for range 20 {
			fired = append(fired, j.fired(event.ViaREST, w.take(30*time.Second)...)...)
		}
		if got := strings.Join(fired, ", "); got != "provider.switched_off critical 1" {
			t.Errorf("fired: %s", got)
		}
	})
}

// TestASpoofedBudgetAlertIsContradicted: a July gateway's ledger says otherwise.
func TestASpoofedBudgetAlertIsContradicted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w, j := watchGate(t, newGate(t, "july")), newAlertRun()
		j.fired(event.ViaREST, w.take(5*time.Second)...)
		trust := func() string { return j.live.Live().Keys["g/3"].Trust }
		j.fired(event.ViaHub, event.SpendLimitReported{
			Key: "3", Spend: event.USD(0.11), Limit: event.USD(0.1), Ratio: 1.1, Severity: event.SeverityCritical, At: time.Now(),
		})
		if got := trust(); got != "claimed" {
			t.Fatalf("trust %q before the ledger was read", got)
		}
		w.HandlePush(event.RefreshAdvised{Topic: event.RefreshBudget, Key: "3", Reason: "BudgetAlert"})
		j.fired(event.ViaREST, w.take(time.Second)...)
		synctest.Wait()
		if k := j.live.Live().Keys["g/3"]; trust() != "contradicted" || k.UsedRatio.Or(-1) != 0.6 {
			t.Errorf("trust %q, used %v", trust(), k.UsedRatio)
		}
	})
}
