package hub

import "context"

// transportConn is one physical connection of some transport. read is called by one
// goroutine; the other methods by any. After an error of read or write the
// wire is only good for close.
type transportConn interface {
	// read appends the next piece of input to buf: whole frames or parts. It
	// may append nothing, which only says that the server is there. It ends
	// with an error when close is called.
	read(buf []byte) ([]byte, error)
	// write sends whole frames, in the order of the calls.
	write(ctx context.Context, frames []byte) error
	// probe returns nil when the server has answered.
	probe(ctx context.Context) error
	// leave says to the transport's peer that we go; ctx bounds it.
	leave(ctx context.Context)
	// close ends everything at once. It may be called more than once.
	close()
	kind() Transport
}
