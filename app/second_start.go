package app

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"gatewatch/internal/foundation/fault"
)

// wish is what a start of the program asks for, as far as another one that runs
// already must know it.
type wish struct {
	home                 string // the settings file: each has a window of its own
	link                 string // a page to open; "" only brings the window up
	hidden               bool   // do not bring it up
	silent               bool   // raise no notifications
	profile, core, admin string // what to watch; all "": what is stored
	token                string // of the second start's display: lets the window come in front; may be ""
}

// errEnding: the window that runs takes no wishes any more.
var errEnding = errors.New("app: the window is about to end")

// window names the window of a home: one that is not the user's own has a name
// of its own.
func (x wish) window(own string) string {
	if x.home == own {
		return ""
	}
	sum := sha256.Sum256([]byte(x.home))
	return hex.EncodeToString(sum[:6])
}

// refuses says why the window that was started with x cannot do what a second
// start wants; nil if it can.
func (x wish) refuses(other wish) error {
	wants := [3]string{other.profile, other.core, other.admin}
	if wants != [3]string{} && wants != [3]string{x.profile, x.core, x.admin} {
		return fault.New(fault.Usage, fmt.Sprintf(
			"Gatewatch is running already and watches %s. End it first to watch %s.", x.watches(), other.watches()), nil)
	}
	if other.silent && !x.silent {
		return fault.New(fault.Usage,
			"Gatewatch is running already, with notifications. End it first to start it with --no-notify, or mute them in its window.", nil)
	}
	return nil
}

// watches says what is watched, for a sentence.
func (x wish) watches() string {
	switch {
	case x.profile != "":
		return fmt.Sprintf("the profile %q", x.profile)
	case x.core != "" || x.admin != "":
		return strings.TrimSuffix(strings.TrimPrefix(x.core+" and "+x.admin, " and "), " and ")
	}
	return "the stored gateways"
}
