package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatewatch/internal/core/event"
)

// sentence makes an error. The codecs' errors are whole sentences: they are shown as they are.
func sentence(format string, args ...any) error { return fmt.Errorf(format, args...) }

// plain makes a codec for a TOML value of type T that passes check; check may
// be nil.
func plain[T any](what string, check func(T) error) codec[T] {
	return codec[T]{
		read: func(raw any) (T, error) {
			v, ok := raw.(T)
			if !ok {
				var none T
				return none, sentence("This must be %s.", what)
			}
			if check != nil {
				return v, check(v)
			}
			return v, nil
		},
		write: func(v T) any { return v },
	}
}

var boolean = plain[bool]("true or false", nil)

func text(check func(string) error) codec[string] { return plain("text in quotes", check) }

// either names a few words: "auto, light or dark".
func either[T ~string](words []T) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// oneOf is a codec for one of a few words.
func oneOf[T ~string](words ...T) codec[T] {
	return codec[T]{
		read: func(raw any) (T, error) {
			s, ok := raw.(string)
			if !ok || !slices.Contains(words, T(s)) {
				return "", sentence("This must be %s.", either(words))
			}
			return T(s), nil
		},
		write: func(v T) any { return string(v) },
	}
}

func integer(least, most int) codec[int] {
	return codec[int]{
		read: func(raw any) (int, error) {
			n, ok := raw.(int64)
			if !ok || n < int64(least) || n > int64(most) {
				return 0, sentence("This must be a whole number from %d to %d.", least, most)
			}
			return int(n), nil
		},
		write: func(v int) any { return int64(v) },
	}
}

// ratio is a codec for a share in (0, 1].
var ratio = codec[float64]{
	read: func(raw any) (float64, error) {
		var f float64
		switch v := raw.(type) {
		case float64:
			f = v
		case int64:
			f = float64(v)
		default:
			return 0, sentence("This must be a share such as 0.75.")
		}
		switch {
		case f > 1 && f <= 100:
			return 0, sentence("This must be a share from 0 to 1: write 0.75 for 75 %%.")
		case math.IsNaN(f) || f <= 0 || f > 1:
			return 0, sentence("This must be a share above 0 and up to 1.")
		}
		return f, nil
	},
	write: func(v float64) any { return v },
}

// money is a codec for dollars that are not negative, exact in quotes.
var money = codec[event.NanoUSD]{
	read: func(raw any) (event.NanoUSD, error) {
		var digits string
		switch v := raw.(type) {
		case string:
			digits = v
		case int64:
			digits = strconv.FormatInt(v, 10)
		case float64:
			digits = strconv.FormatFloat(v, 'f', -1, 64)
		}
		amount, rounded, err := event.ParseUSD([]byte(digits))
		if err != nil || rounded || amount < 0 || amount > event.MaxExactJSON {
			return 0, sentence("This must be an amount of US dollars such as \"1.50\".")
		}
		return amount, nil
	},
	write: func(v event.NanoUSD) any { return v.String() },
}

// span is a codec for a duration: "30s", "2h30m", "90d".
func span(least, most time.Duration) codec[time.Duration] {
	return codec[time.Duration]{
		read: func(raw any) (time.Duration, error) {
			s, _ := raw.(string)
			d, err := parseSpan(s)
			if err != nil {
				return 0, sentence("This must be a time such as \"30s\", \"5m\", \"4h\" or \"30d\".")
			}
			if d < least || d > most {
				return 0, sentence("This must be from %s to %s.", formatSpan(least), formatSpan(most))
			}
			return d, nil
		},
		write: func(d time.Duration) any { return formatSpan(d) },
	}
}

func parseSpan(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 10000 {
			return 0, errors.New("config: not a number of days")
		}
		return time.Duration(n) * day, nil
	}
	return time.ParseDuration(s)
}

func formatSpan(d time.Duration) string {
	if d >= day && d%day == 0 {
		return strconv.Itoa(int(d/day)) + "d"
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// maybe is a codec for a pointer: absent is nil.
func maybe[T any](c codec[T]) codec[*T] {
	return codec[*T]{
		read: func(raw any) (*T, error) {
			v, err := c.read(raw)
			if err != nil {
				return nil, err
			}
			return &v, nil
		},
		write: func(v *T) any {
			if v == nil {
				return nil
			}
			return c.write(*v)
		},
	}
}

// list is a codec for a list of at least one c without repeats, unless
// repeats are allowed.
func list[T comparable](c codec[T], least int, repeats bool) codec[[]T] {
	return codec[[]T]{
		read: func(raw any) ([]T, error) {
			items, ok := raw.([]any)
			if !ok {
				return nil, sentence("This must be a list in square brackets.")
			}
			if len(items) < least || len(items) > 100 {
				return nil, sentence("This list must have from %d to 100 entries.", least)
			}
			got := make([]T, 0, len(items))
			for i, it := range items {
				v, err := c.read(it)
				if err != nil {
					return nil, sentence("Entry %d: %w", i+1, err)
				}
				if !repeats && slices.Contains(got, v) {
					return nil, sentence("Entry %d is there twice.", i+1)
				}
				got = append(got, v)
			}
			return got, nil
		},
		write: func(vs []T) any {
			out := make([]any, len(vs))
			for i, v := range vs {
				out[i] = c.write(v)
			}
			return out
		},
	}
}

// colourNames are the window's own colours, which suit its dark and its light
// theme.
var colourNames = []string{"blue", "violet", "cyan", "pink", "slate", "indigo"}

var colourForm = regexp.MustCompile(`^(#[0-9a-fA-F]{6})?$`)

func checkColour(s string) error {
	if !colourForm.MatchString(s) && !slices.Contains(colourNames, s) {
		return sentence("This must be a colour such as \"#3366cc\" or one of %q.", colourNames)
	}
	return nil
}

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// CheckURL checks the base address of a gateway. Its error is a sentence for
// a person; "" is not an address.
func CheckURL(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || !isHost(u.Hostname()):
		return sentence("This must be an address such as \"https://gateway.example.com\".")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return sentence("This address must not hold credentials, a query or a fragment.")
	}
	return nil
}

// isHost tells whether a host can be looked for: it is none if it is empty, or
// of digits and dots only and no IPv4 address, such as one that is half typed.
func isHost(host string) bool {
	if host == "" {
		return false
	}
	if strings.Trim(host, "0123456789.") != "" {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// address is the codec of a gateway's base address; "" is allowed.
var address = codec[string]{
	read: func(raw any) (string, error) {
		s, ok := raw.(string)
		if ok && s == "" {
			return "", nil
		}
		s = strings.TrimRight(s, "/")
		return s, CheckURL(s)
	},
	write: func(s string) any { return s },
}

func checkProxy(s string) error {
	if s == "" || s == "direct" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5") || !isHost(u.Hostname()) {
		return sentence("This must be \"direct\" or an address such as \"http://proxy.example.com:3128\".")
	}
	if u.User != nil {
		return sentence("Keep the proxy's credentials out of this file: set HTTPS_PROXY instead.")
	}
	return nil
}

func checkSigner(s string) error {
	if raw, err := base64.StdEncoding.DecodeString(s); err != nil || len(raw) != 0 && len(raw) != 32 {
		return sentence("This must be an ed25519 public key in base64, of 44 characters.")
	}
	return nil
}

func checkLine(most int) func(string) error {
	return func(s string) error {
		if len([]rune(s)) > most || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return sentence("This must be one line of at most %d characters.", most)
		}
		return nil
	}
}
