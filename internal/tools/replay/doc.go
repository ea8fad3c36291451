// Package replay plays recordings of real gateways to tests: what their hubs
// sent and what their lists answered, each at its own time. It is for tests
// only, works on whatever clock time.Now shows (so also on a bubble's), and
// opens no socket of the system.
//
// The recordings are in testdata, one file for each gateway; copy_test.go says
// how they are refreshed.
package replay
