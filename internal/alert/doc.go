// Package alert decides which conditions deserve attention, and since when.
// It turns the live state into alerts: one rule on one entity, with a life of
// its own. It does not decide who is told (package notify), keeps nothing on
// disk (Export and Load are for whoever does) and has no clock: every call is
// told the time.
//
// An Evaluator belongs to one goroutine, the engine's; nothing here locks and
// nothing here starts a goroutine.
package alert
