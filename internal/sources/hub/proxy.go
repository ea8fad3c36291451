package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"gatewatch/internal/core/text"
)

// ProxyLoginError says that a proxy wants somebody to log in before it lets
// anything through.
type ProxyLoginError struct {
	Schemes []string // that it takes, such as "Basic" or "NTLM", as it names them
}

// Error implements error.
func (e *ProxyLoginError) Error() string {
	return "the proxy wants a login: " + strings.Join(e.Schemes, ", ")
}

// Cause is what that means for a person.
func (e *ProxyLoginError) Cause() string {
	switch {
	case e.takes("Basic"):
		return text.CauseProxyBasic
	case len(e.Schemes) > 0:
		return text.CauseProxyLogin(strings.Join(e.Schemes, ", "))
	}
	return text.CauseProxyLogin("something that it does not name")
}

// takes reports whether a login by a scheme is taken.
func (e *ProxyLoginError) takes(scheme string) bool {
	for _, s := range e.Schemes {
		if strings.EqualFold(s, scheme) {
			return true
		}
	}
	return false
}

// refusedByProxy reads a proxy's answer to CONNECT.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode == http.StatusProxyAuthRequired {
		return loginOf(res)
	}
	return nil
}

func loginOf(res *http.Response) error {
	e := &ProxyLoginError{}
	for _, challenge := range res.Header.Values("Proxy-Authenticate") {
		scheme, _, _ := strings.Cut(strings.TrimSpace(challenge), " ")
		if scheme = strings.TrimRight(scheme, ","); scheme != "" && len(scheme) < 32 && len(e.Schemes) < 8 {
			e.Schemes = append(e.Schemes, scheme)
		}
	}
	return e
}

// proxyOf gives the way that a setting names; see NetworkOptions.Proxy. One that
// cannot be read is an error, never a way around it.
func proxyOf(setting string) (func(*http.Request) (*url.URL, error), error) {
	switch setting {
	case "":
		return http.ProxyFromEnvironment, checkProxyEnvironment(os.Getenv)
	case "direct":
		return nil, nil //nolint:nilnil // http.Transport takes nil for "no proxy"
	}
	u, err := url.Parse(setting)
	if err != nil || u.Host == "" {
		return nil, errors.New("the proxy's address cannot be read") // not repeated: it may hold a password
	}
	if !proxySchemes[u.Scheme] {
		return nil, fmt.Errorf("the proxy's address must begin with http://, https:// or socks5://, not %q", u.Scheme)
	}
	return http.ProxyURL(u), nil
}

var proxySchemes = map[string]bool{"http": true, "https": true, "socks5": true, "socks5h": true}

// checkProxyEnvironment refuses variables that name a proxy and cannot be read:
// net/http takes those for none, and would go around the proxy.
func checkProxyEnvironment(getenv func(string) string) error {
	for _, names := range [][2]string{{"HTTPS_PROXY", "https_proxy"}, {"HTTP_PROXY", "http_proxy"}} {
		name := names[0]
		if getenv(name) == "" {
			name = names[1]
		}
		value := getenv(name)
		if value == "" {
			continue
		}
		u, err := url.Parse(value)
		if !strings.Contains(value, "://") {
			u, err = url.Parse("http://" + value) // as net/http reads "proxy:3128"
		}
		if err != nil || u.Hostname() == "" || !proxySchemes[u.Scheme] { // not repeated: it may hold a password
			return fmt.Errorf("the proxy in the environment variable %s cannot be read: it should be such as http://proxy.example.com:3128", name)
		}
	}
	return nil
}
