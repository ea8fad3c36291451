package event

import "time"

// KeyWatch is how a virtual key that the user chose can be watched.
type KeyWatch string

// The ways, best first.
const (
	KeyLive     KeyWatch = "live"       // a connection of its own is up
	KeyWaiting  KeyWatch = "waiting"    // its connection is being made, or is lost
	KeyPolled   KeyWatch = "polled"     // read over REST only
	KeyPaused   KeyWatch = "paused"     // by the user
	KeyMissing  KeyWatch = "missing"    // nobody has the key itself
	KeyBroke    KeyWatch = "no_balance" // its group, or its budget, is used up
	KeyDisabled KeyWatch = "disabled"   // by an administrator
	KeyExpired  KeyWatch = "expired"
	KeyGone     KeyWatch = "deleted" // the gateway does not know it
	KeyRefused  KeyWatch = "refused" // for a reason that the gateway does not tell
)

// KeyWatched says how one of the virtual keys that we watch with does. It is
// our own conclusion, told when it becomes another.
type KeyWatched struct {
	Slot  string `json:"slot"`  // our name of the key, as in the profile
	Label string `json:"label"` // for people; may be ""
	// Key and Name are the gateway's own; "" until it told them.
	Key   KeyID    `json:"key,omitempty"`
	Name  string   `json:"name,omitempty"`
	State KeyWatch `json:"state"`
	// Holds is true of the key that the hubs shared by all keys are connected
	// with.
	Holds bool `json:"holds,omitempty"`
	// Cause says why it is not live, and what to do; or why it holds the shared
	// hubs although it is not the first.
	Cause string    `json:"cause,omitempty"`
	At    time.Time `json:"at"`
}

// Kind implements Event.
func (KeyWatched) Kind() Kind { return "key.watched" }

var _ = register[KeyWatched]()
