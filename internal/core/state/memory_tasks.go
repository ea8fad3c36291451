package state

import (
	"time"

	"gatewatch/internal/core/event"
)

// The bounds of how long a task is listed whose end was missed.
const (
	// taskSilence is how long after its last report a task that did not end counts
	// as lost.
	taskSilence = 24 * time.Hour
	// lostFor is the same of one of which nobody knows how it is, where it is known
	// how long such tasks take: so often as long, but at least an hour.
	lostFor      = 10
	leastLostFor = time.Hour
)

// lostTask reports whether the end of a task was missed.
func lostTask(t Task, now int64) bool {
	if t.FinishedAt > 0 {
		return false
	}
	if t.LostAt > 0 && t.UsualMS > 0 && now-t.LostAt >= max(lostFor*t.UsualMS, leastLostFor.Milliseconds()) {
		return true
	}
	return now-t.UpdatedAt >= taskSilence.Milliseconds()
}

// goneTask reports whether a task is not listed any more.
func goneTask(t Task, now int64) bool {
	return t.FinishedAt > 0 && now-t.FinishedAt >= finishedTaskTTL.Milliseconds() || lostTask(t, now)
}

// ageTasks drops the tasks of an earlier run that are not listed any more, and says
// of the others that did not end that nobody knows how they are: that they ran when
// it ended says nothing of now.
func (p *Picture) ageTasks(now time.Time) (gone []string) {
	for id, t := range p.Tasks {
		if goneTask(t, ms(now)) {
			delete(p.Tasks, id)
			gone = append(gone, id)
			continue
		}
		if t.FinishedAt == 0 && t.LostAt == 0 {
			t.LostAt, t.RemainingMS, t.Estimated = max(t.Remembered, 1), -1, false
			p.Tasks[id] = t
		}
	}
	return gone
}

// Unended are the tasks of a picture that had not ended and can be asked for, by
// their names at the gateway: it is not known how they are now.
func (p *Picture) Unended() (all []event.TaskID) {
	for _, t := range p.Tasks {
		if t.FinishedAt == 0 && t.Medium != string(event.MediumBatch) {
			all = append(all, event.TaskID(t.Task))
		}
	}
	return all
}

// Told takes in what was told of a task, or booked, after the picture was made and before
// its run ended; these are given in order.
func (p *Picture) Told(env event.Envelope) {
	switch b := env.Body.(type) {
	case event.TaskProgressed:
		p.toldTask(env, b)
	case *event.SpendRecorded:
		p.toldSpend(env, b)
	}
}

// toldSpend adds a booking to those that are listed; sums are the ledger's.
func (p *Picture) toldSpend(env event.Envelope, b *event.SpendRecorded) {
	if b.Amount <= 0 {
		return
	}
	g := string(env.Source.Gateway)
	t := Transaction{
		ID: seqID(env.Seq), Gateway: g, Key: string(b.Key), KeyName: b.Name, Amount: int64(b.Amount), Total: -1, Model: b.Model,
		Provider: (&Live{Providers: p.Providers}).ProviderTitle(g, b.Provider), Source: env.Source.String(), At: eventTime(&env, b.At),
	}
	if b.HasTotal {
		t.Total = int64(b.Total)
	}
	if name := p.Keys[id(env.Source.Gateway, string(b.Key))].Name; name != "" {
		t.KeyName = name
	}
	if p.Spent == nil {
		p.Spent = map[string]Transaction{}
	}
	p.Spent[t.ID] = t
}

func (p *Picture) toldTask(env event.Envelope, b event.TaskProgressed) {
	if p.Tasks == nil {
		p.Tasks = map[string]Task{}
	}
	at := eventTime(&env, b.At)
	t, known := p.Tasks[string(env.Source.Gateway)+"/"+string(b.Task)]
	if known && (t.FinishedAt > 0 || at < t.UpdatedAt) || !known && len(p.Tasks) >= maxTasks {
		return
	}
	if !known {
		t = newTask(&env, &b, at)
	}
	t.progress(b, at)
	t.Source, t.UpdatedAt, t.LostAt, t.Remembered = env.Source.String(), at, 0, ms(env.At)
	p.Tasks[t.ID] = t
}

// rememberedTask takes a task out of what is remembered: it is told of again, and
// what an earlier run knew of it must not be shown once it has left.
func (s *State) rememberedTask(gateway, tid string) (t Task, ok bool) {
	p := s.memory.pictures[gateway]
	if p == nil {
		return t, false
	}
	t, ok = p.Tasks[tid]
	delete(p.Tasks, tid)
	t.Remembered = 0
	return t, ok
}
