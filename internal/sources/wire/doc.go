// Package wire turns what a hub sends into events: one invocation in, events
// out. It knows three dialects (the product contract, the gateway of July 2025
// and the gateway of August 2025) and tells them apart by the fields of each
// message, helped by what is known of the connection.
//
// It is not a connection and not a reducer: it opens nothing, starts no
// goroutine, takes no lock and asks no clock. What it cannot read becomes an
// event.Unrecognised; it never panics and never drops anything unseen: every
// invocation ends as an event, as an Unrecognised or in a count of Counts.
//
// Every target is a row of the table in table.go: which wire struct it fills
// and which function turns that into events. The raw JSON is read by a field
// scanner of our own (scan.go); anything unusual goes through encoding/json
// (std.go), which must give the same answer and is the oracle of the fuzz test.
//
// A new event touches three places: its event in package event, its row and wire
// struct here, its case in package state.
package wire
