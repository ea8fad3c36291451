package update

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	most     = 64 << 10 // bytes of a version file
	patience = 20 * time.Second
)

// Fetch gets what is at an address, which it takes for the last: a redirect is
// refused, and so is more than a version file may have.
func Fetch(ctx context.Context, by *http.Client, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client := *by
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Jar = nil
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	// Nothing of this computer is told but that somebody looks.
	request.Header.Set("User-Agent", "gatewatch")
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	switch {
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		to := "elsewhere"
		if u, err := answer.Location(); err == nil {
			to = (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
		}
		return nil, fmt.Errorf("%w to %s", ErrRedirect, to)
	case answer.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: status %d", ErrStatus, answer.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	if err == nil && len(raw) > most {
		err = ErrLarge
	}
	return raw, err
}
