//go:build !linux

package app

import "context"

// claims is false where the toolkit sees to it that there is one window only.
const claims = false

// claim leaves that to the toolkit.
func claim(context.Context, wish, func(wish) error) (release func(), handed bool, err error) {
	return func() {}, false, nil
}
