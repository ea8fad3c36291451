package hub

import (
	"maps"
	"sync"
	"sync/atomic"
)

// maxTargets bounds the names that are remembered: a server that makes up
// names must not fill our memory. A gateway has some dozens.
const maxTargets = 1024

// target is a method name of the server's, with its events.
type target struct {
	name  string
	count atomic.Uint64
}

// targets interns method names. Lookups take no lock.
type targets struct {
	all   atomic.Pointer[map[string]*target] // never changed, only replaced
	mu    sync.Mutex                         // held while replacing
	other atomic.Uint64                      // events whose name found no place
}

func newTargets() *targets {
	t := &targets{}
	t.all.Store(&map[string]*target{})
	return t
}

// intern returns the target named b. One that finds no place is made anew
// each time, and counted among the others.
func (t *targets) intern(b []byte) *target {
	if x, ok := (*t.all.Load())[string(b)]; ok { // no allocation: the compiler knows this form
		return x
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	old := *t.all.Load()
	if x, ok := old[string(b)]; ok {
		return x
	}
	x := &target{name: string(b)}
	if len(old) >= maxTargets {
		return x
	}
	next := maps.Clone(old)
	next[x.name] = x
	t.all.Store(&next)
	return x
}

// counts copies the events per target.
func (t *targets) counts() map[string]uint64 {
	all := *t.all.Load()
	out := make(map[string]uint64, len(all))
	for name, x := range all {
		out[name] = x.count.Load()
	}
	return out
}
