// Package forecast says when an amount of money is reached, as a range whose
// width comes from the errors that the same forecast made on the same series
// before, and says "too irregular" where those errors are too large.
//
// It is pure and told the time: it reads no clock, draws no chance, and gives
// the same answer for the same series in any order. It knows no gateway; what is
// forecast is a series of amounts with their times. Nothing here starts a
// goroutine, and values are not safe for concurrent use unless they say so.
package forecast
