// Package alert decides which conditions deserve attention, and since when.
// It turns the live state into alerts: one rule on one entity, with a life of
// its own. It does not decide who is notified (package notify), keeps nothing on
// disk (Export and Load are for whoever does) and has no clock: every call is
// given the time.
//
// Whether and when somebody is notified is decided in desktop/notify; texts are in
// core/text; silences are stored by store/history and set by program/run. Baselines
// are learned in program/run and sources/rest and compared here.
//
// An Evaluator belongs to one goroutine, the engine's; nothing here locks and
// nothing here starts a goroutine.
package alert
