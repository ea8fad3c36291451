//go:build unix && !darwin

package notification

import "slices"

// shownNotification is a notification as the service knows it.
type shownNotification struct {
	id      string // the notification's
	route   string
	number  uint32 // the service's
	turn    uint64 // counts notifications; the later of two with one id is right
	expired bool   // off the screen, but a desktop may list it still
}

// shownNotifications is what may be on the screen, oldest first. The zero value is empty.
type shownNotifications struct{ all []*shownNotification }

// shown is the notification id that a new one can replace, or nil.
func (bs *shownNotifications) shown(id string) *shownNotification {
	for _, b := range bs.all {
		if b.id == id && !b.expired {
			return b
		}
	}
	return nil
}

// numbered is the notification with the service's number, or nil.
func (bs *shownNotifications) numbered(n uint32) *shownNotification {
	for _, b := range bs.all {
		if b.number == n {
			return b
		}
	}
	return nil
}

// add remembers b, which takes the place of any other with its number.
func (bs *shownNotifications) add(b *shownNotification) {
	if old := bs.numbered(b.number); old != nil {
		bs.drop(old)
	}
	bs.all = append(bs.all, b)
	if len(bs.all) > maxShown {
		bs.all = slices.Delete(bs.all, 0, 1)
	}
}

func (bs *shownNotifications) drop(b *shownNotification) {
	bs.all = slices.DeleteFunc(bs.all, func(x *shownNotification) bool { return x == b })
}
