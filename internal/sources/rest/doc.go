// Package rest reads a gateway's Admin API: it finds out which gateway it is, polls
// its lists at fixed intervals and turns the differences between two reads into
// the events that a hub would have sent. It knows no hub and keeps no state that
// is shown. A Poller's Run is its one goroutine; a Client has none.
package rest
