package event

// Batch is events on their way from one producer to the engine, in order. The
// engine takes it over and uses it again when all of it is in the state, with
// the spends that were made by NewSpend: who keeps an event for longer keeps
// what Envelope.Keep returns. The zero value is empty. It belongs to one
// goroutine at a time.
type Batch struct {
	Events []Envelope

	pieces [][]SpendRecorded // each of spends, so that none moves
	made   int               // spends in use, from the first of the first piece on
}

// spendsPerBlock is how many are made in one piece, a page of 4 KB: one by one,
// making them took a quarter of the decoder's time.
const spendsPerBlock = 32

// Add appends an event and returns b.
func (b *Batch) Add(env Envelope) *Batch {
	b.Events = append(b.Events, env)
	return b
}

// NewSpend is an empty spend to be filled and added to b, which it belongs
// to.
func (b *Batch) NewSpend() *SpendRecorded {
	piece := b.made / spendsPerBlock
	if piece == len(b.pieces) {
		b.pieces = append(b.pieces, make([]SpendRecorded, spendsPerBlock))
	}
	one := &b.pieces[piece][b.made%spendsPerBlock]
	b.made++
	return one
}

// Reset empties b for its next use. A spend of it that somebody still holds
// is empty from then on.
func (b *Batch) Reset() {
	clear(b.Events)
	b.Events = b.Events[:0]
	for i := 0; b.made > 0; i++ {
		n := min(b.made, spendsPerBlock)
		clear(b.pieces[i][:n])
		b.made -= n
	}
}

// Clone is the event as one may keep it, whatever becomes of its Batch.
func (e Envelope) Clone() Envelope {
	if b, ok := e.Body.(*SpendRecorded); ok {
		kept := *b
		e.Body = &kept
	}
	return e
}
