package event

// Batch is facts on their way from one producer to the engine, in order. The
// engine takes it over and uses it again when all of it is in the state, with
// the bookings that were made by Booking: who keeps a fact for longer keeps
// what Envelope.Keep returns. The zero value is empty. It belongs to one
// goroutine at a time.
type Batch struct {
	Facts []Envelope

	pieces [][]SpendRecorded // each of bookings, so that none moves
	made   int               // bookings in use, from the first of the first piece on
}

// bookings is how many are made in one piece, a page of 4 KB: one by one,
// making them took a quarter of the decoder's time.
const bookings = 32

// Add appends a fact and returns b.
func (b *Batch) Add(env Envelope) *Batch {
	b.Facts = append(b.Facts, env)
	return b
}

// Booking is an empty booking to be filled and added to b, which it belongs
// to.
func (b *Batch) Booking() *SpendRecorded {
	piece := b.made / bookings
	if piece == len(b.pieces) {
		b.pieces = append(b.pieces, make([]SpendRecorded, bookings))
	}
	one := &b.pieces[piece][b.made%bookings]
	b.made++
	return one
}

// Reset empties b for its next use. A booking of it that somebody still holds
// is empty from then on.
func (b *Batch) Reset() {
	clear(b.Facts)
	b.Facts = b.Facts[:0]
	for i := 0; b.made > 0; i++ {
		n := min(b.made, bookings)
		clear(b.pieces[i][:n])
		b.made -= n
	}
}

// Keep is the fact as one may keep it, whatever becomes of its Batch.
func (e Envelope) Keep() Envelope {
	if b, ok := e.Body.(*SpendRecorded); ok {
		kept := *b
		e.Body = &kept
	}
	return e
}
