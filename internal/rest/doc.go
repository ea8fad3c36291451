// Package rest reads a gateway's Admin API: it tells which gateway it is, reads
// its lists at fixed intervals and turns the differences between two reads into
// the facts that a hub would have sent. It knows no hub and keeps no state that
// is shown. A Watcher's Run is its one goroutine; a Client has none.
package rest
