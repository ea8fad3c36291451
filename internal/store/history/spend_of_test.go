package history

import "gatewatch/internal/core/event"

// SpendOf is the spend that an event is of, if it is of one, for Options.SpendOf. A spend without
// a time of its own happened when it reached us.
func SpendOf(env event.Envelope) (Spend, bool) {
	b, ok := env.Body.(*event.SpendRecorded)
	if !ok {
		return Spend{}, false
	}
	s := Spend{
		Gateway: env.Source.Gateway, Key: b.Key, Model: b.Model, Provider: b.Provider, At: b.At,
		Amount: b.Amount, Requests: 1,
	}
	if s.Key == "" {
		s.Key = env.Source.Key
	}
	if s.At.IsZero() {
		s.At = env.At
	}
	return s, true
}
