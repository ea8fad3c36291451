package run

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// behindTheWindow is the nice value of work that nobody waits for, see
// setpriority(2): it gets about a tenth of what the window gets when both want a
// processor.
const behindTheWindow = 10

// yieldToOthers has the calling goroutine work on a thread of its own, behind
// everything else that wants the processor; the thread ends with the goroutine. Where
// it is refused the goroutine works as any other.
func yieldToOthers() {
	runtime.LockOSThread()
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), behindTheWindow)
}
