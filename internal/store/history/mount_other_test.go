//go:build !linux

package history

import "errors"

func mountSmallDisk(string) error  { return errors.ErrUnsupported }
func remount(string, string) error { return errors.ErrUnsupported }
func unmount(string) error         { return errors.ErrUnsupported }
