// Package ledger keeps the money of gateways: per gateway, group, key,
// provider, model and minute. Every source that tells of money goes into one
// Book: spends that a hub pushed, rows of the request log, a group's
// transactions, and totals that a list shows. Each is counted once, in
// whatever order and however often it comes, and dated by its own time.
//
// For any place and period the total is the sum of its parts and of what
// cannot be attributed, which is a figure of its own (see Statement). A Book
// does no I/O and has no clock; it belongs to one goroutine.
package ledger
