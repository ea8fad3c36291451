package hub

import "golang.org/x/sys/unix"

// setWakeAt sets how many bytes must have come before a socket counts as readable.
// See socket(7), SO_RCVLOWAT. A refusal costs nothing but the waking.
func setWakeAt(fd uintptr, bytes int) {
	_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVLOWAT, bytes)
}
