// Package state folds events into what is shown: spend per key, health of
// providers, progress of tasks, connections, changes. It is a reducer: no
// clock (it is given the time), no lock (one goroutine, the engine's, owns it),
// no decision about notifying anybody. Events may come twice, late or out of
// order; the outcome is the same.
package state
