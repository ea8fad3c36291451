//go:build linux

package run_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatewatch/internal/core/state"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// TestHardshipDiskFull is a disk that fills up and is freed, again and again.
func TestHardshipDiskFull(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("mounting a small disk needs root")
	}
	n := rounds(2, 20)
	o := newOrdeal(t, n)
	data := config.PathsIn(o.home).Data
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("this system does not let us mount a small disk: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(data, syscall.MNT_DETACH) })
	p := o.begin(run.Target{Profile: "prod"})
	p.await("connected", connected)
	full := func(live *state.Live) bool { return strings.Contains(live.App["history"].Title, "Disk full") }
	ballast := filepath.Join(data, "ballast")
	for range n {
		fill(t, ballast)
		o.use()
		p.await("it says that the disk is full", full)
		time.Sleep(time.Duration(rand.IntN(2000)) * time.Millisecond)
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		p.await("it takes that back", func(live *state.Live) bool { return !full(live) })
	}
	o.verdict(p, nil)
	p.stop()
	p = o.begin(run.Target{Profile: "prod"}) // what was told on a full disk is not told again
	o.verdict(p, nil)
}

// TestADiskThatTakesNothingFromTheStart is a home that is read-only, and one
// that is full: alerts are told all the same, and it is said what is not kept.
func TestADiskThatTakesNothingFromTheStart(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("mounting a small disk needs root")
	}
	for name, spoil := range map[string]func(home string){
		"read-only": func(home string) { _ = syscall.Mount("tmpfs", home, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "") },
		"full":      func(home string) { fill(t, filepath.Join(home, "ballast")) },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrdeal(t, 1)
			settings, err := os.ReadFile(config.PathsIn(o.home).Settings)
			if err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mount("tmpfs", o.home, "tmpfs", 0, "size=1m"); err != nil {
				t.Skipf("this system does not let us mount a small disk: %v", err)
			}
			t.Cleanup(func() { _ = syscall.Unmount(o.home, syscall.MNT_DETACH) })
			if err := os.WriteFile(config.PathsIn(o.home).Settings, settings, 0o600); err != nil {
				t.Fatal(err)
			}
			spoil(o.home)
			p := o.begin(run.Target{Profile: "prod"})
			p.await("connected", connected)
			o.use()
			o.verdict(p, nil)
			live := p.snapshot().Live
			if live.App["writer"].Title != "" {
				t.Errorf("it says that another one runs: %s", live.App["writer"].Text)
			}
			if live.App["folder"].Title == "" && live.App["history"].Title == "" {
				t.Errorf("nothing is said: %+v", live.App)
			}
			t.Logf("%s %s | %s %s", live.App["folder"].Title, live.App["folder"].Text, live.App["history"].Title, live.App["history"].Text)
		})
	}
}

// fill writes until nothing more fits.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{64 << 10, 4 << 10, 512} {
		for err = nil; err == nil; _, err = f.Write(make([]byte, size)) {
		}
	}
	_ = f.Close()
}
