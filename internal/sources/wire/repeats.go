package wire

import "gatewatch/internal/foundation/dedup"

// maxSeen is how many ids of a connection are remembered.
const maxSeen = 512

// isRepeatedID reports whether an id was seen on this connection of late; "" never
// was.
func (d *Decoder) isRepeatedID(id string) bool {
	if id == "" {
		return false
	}
	if d.recentIDs == nil {
		d.recentIDs = dedup.New(maxSeen)
	}
	return !d.recentIDs.AddString(id)
}
