package run

import (
	"testing"

	"golang.org/x/sys/unix"
)

// What nobody waits for works behind the window, and nothing else does.
func TestBackgroundWorkYields(t *testing.T) {
	before, behind, after := make(chan int), make(chan int), make(chan int)
	nice := func() int {
		// The system call gives 20 less the nice value.
		got, err := unix.Getpriority(unix.PRIO_PROCESS, unix.Gettid())
		if err != nil {
			t.Error(err)
		}
		return 20 - got
	}
	go func() { before <- nice() }()
	was := <-before
	go func() {
		yieldToOthers()
		go func() { after <- nice() }() // on a thread that may have to be made
		behind <- nice()
	}()
	others := <-after
	if got := <-behind; got != max(was, behindTheWindow) {
		t.Errorf("nice %d, want %d", got, behindTheWindow)
	}
	if others != was {
		t.Errorf("others work with nice %d, they did with %d", others, was)
	}
}
