package text

import (
	"fmt"

	"gatewatch/internal/core/event"
)

// keyAdvice is what each state that needs somebody to act says.
var keyAdvice = map[event.MonitoredKeyState]string{
	event.KeyPaused:        "You paused it.",
	event.KeySecretMissing: "The key itself is not known here. Enter it again.",
	event.KeyDisabled:      "It is disabled on the gateway. Enable it there, or pause it here.",
	event.KeyExpired:       "It has expired. Extend it on the gateway, or replace it here.",
	event.KeyDeleted:       "The gateway does not know it any more. Replace it in Connections, or remove it.",
	event.KeyDepleted:      "No balance is left for it. Add credit to its group on the gateway; it connects again by itself.",
	event.KeyRefused:       "The gateway does not accept it (401): it was deleted, disabled or rotated, or has expired. Replace it in Connections.",
}

// KeyNeverKnown says that a gateway does not know a key, as far as it was ever asked.
const KeyNeverKnown = "The gateway does not know this key. Look whether all of it was entered, and replace it here."

// KeyAdvice says why a watched key is not live and what to do; "" for a state
// that needs nobody.
func KeyAdvice(s event.MonitoredKeyState) string { return keyAdvice[s] }

// KeyNoSpendHub says that a key's spend cannot be told as it happens.
const KeyNoSpendHub = "This gateway has no hub for spend."

// KeyDuplicate says that a key is watched twice.
func KeyDuplicate(other string) string {
	return fmt.Sprintf("It is the same key as %s, which is watched already. Remove one of the two.", other)
}

// KeyOneTooMany says that only so many keys have hubs of their own.
func KeyOneTooMany(most int) string {
	return fmt.Sprintf("More than %s: this one is read over REST only. Pause others to see it live.", Plural(most, "key"))
}

// KeyTookOver says that a key holds what another cannot any more.
func KeyTookOver(from string, is event.MonitoredKeyState) string {
	return fmt.Sprintf("It holds the hubs that all keys share, because key %s cannot (%s).", from, is)
}
