package event

import "time"

// MonitoredKeyState is how a virtual key that the user chose can be watched.
type MonitoredKeyState string

// The states, best first.
const (
	KeyLive          MonitoredKeyState = "live"       // a connection of its own is up
	KeyWaiting       MonitoredKeyState = "waiting"    // its connection is being made, or is lost
	KeyPolled        MonitoredKeyState = "polled"     // read over REST only
	KeyPaused        MonitoredKeyState = "paused"     // by the user
	KeySecretMissing MonitoredKeyState = "missing"    // nobody has the key itself
	KeyDepleted      MonitoredKeyState = "no_balance" // its group, or its budget, is used up
	KeyDisabled      MonitoredKeyState = "disabled"   // by an administrator
	KeyExpired       MonitoredKeyState = "expired"
	KeyDeleted       MonitoredKeyState = "deleted" // the gateway does not know it
	KeyRefused       MonitoredKeyState = "refused" // for a reason that the gateway does not report
)

// MonitoredKeyChanged says how one of the virtual keys that we watch with does. It is
// our own conclusion, reported when it becomes another.
type MonitoredKeyChanged struct {
	Slot  string `json:"slot"`  // our name of the key, as in the profile
	Label string `json:"label"` // for people; may be ""
	// Key and Name are the gateway's own; "" until it reported them.
	Key   KeyID             `json:"key,omitempty"`
	Name  string            `json:"name,omitempty"`
	State MonitoredKeyState `json:"state"`
	// Primary is true of the key that the hubs shared by all keys are connected
	// with.
	Primary bool `json:"holds,omitempty"`
	// Cause says why it is not live, and what to do; or why it holds the shared
	// hubs although it is not the first.
	Cause string    `json:"cause,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// Kind implements Event.
func (MonitoredKeyChanged) Kind() Kind { return "key.watched" }

var _ = register[MonitoredKeyChanged]()

// Barred reports whether the gateway does not let a key in.
func (s MonitoredKeyState) Barred() bool {
	switch s {
	case KeyDepleted, KeyDisabled, KeyExpired, KeyDeleted, KeyRefused:
		return true
	case KeyLive, KeyWaiting, KeyPolled, KeyPaused, KeySecretMissing:
	}
	return false
}
