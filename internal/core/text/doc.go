// Package text is everything that a person reads from Go: alert titles and
// bodies, sentences of events, causes, the lines of the status item; and the one
// formatter of money, shares, counts, durations and times that they are made of.
// The page formats the same way: testdata/format.json is read by its tests too.
//
// It decides nothing: which alert fires, what an event's severity is, whether a
// notification is shown is settled by whoever calls. It is pure, and told the
// time. It imports the vocabulary of facts alone, so that state, alert, the
// sources and the desktop can all call it without a cycle: an alert or a status
// item is handed over as a plain value of this package.
package text
