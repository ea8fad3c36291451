package logfile

import (
	"io"
	"log/slog"
	"regexp"
	"strings"
)

// NewJSON makes a logger of JSON lines with masked secrets, for a File.
func NewJSON(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewJSONHandler(masking{w}, &slog.HandlerOptions{Level: level, ReplaceAttr: replace}))
}

// NewText makes a logger of readable lines with masked secrets, for a terminal.
func NewText(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewTextHandler(masking{w}, &slog.HandlerOptions{Level: level, ReplaceAttr: replace}))
}

const mask = "[secret]"

// secretNames are the ends of attribute names whose value is not shown,
// written without case, dashes and underscores.
var secretNames = strings.Fields("authorization cookie password passphrase secret token apikey virtualkey masterkey credential credentials")

// replace masks the value of an attribute whose name says that it is secret.
func replace(_ []string, a slog.Attr) slog.Attr {
	name := strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "").Replace(a.Key))
	for _, end := range secretNames {
		if strings.HasSuffix(name, end) && a.Value.Kind() != slog.KindBool {
			return slog.String(a.Key, mask)
		}
	}
	return a
}

// The forms in which a secret may hide in a text that somebody else wrote: an
// error with an address in it, a header, a line of a server. Group 1 stays.
var forms = []*regexp.Regexp{
	regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)[\w.~+/=-]{4,}`),
	regexp.MustCompile(`(?i)([?&](?:access_token|id|token|key|api_key|apikey)=)[^&\s"'\\]+`),
	regexp.MustCompile(`(?i)((?:x-api-key|x-master-key|authorization|access_?token|api_?key|virtual_?key|master_?key|password)(?:\\?")?\s*[:=]\s*(?:\\?")?)[^\s"\\,;&}]{4,}`),
	regexp.MustCompile(`(://[^/\s:@"]*:)[^/\s"]+@`),
	regexp.MustCompile(`(\bsk-)[\w-]{6,}`),
	regexp.MustCompile(`(\bcondt_)[\w-]{6,}`),
}

// Mask replaces what looks like a secret in a text. It is a net below the
// first rule, which is not to log secrets; it does not excuse from that.
func Mask(text []byte) []byte {
	for i, form := range forms {
		with := "${1}" + mask
		if i == 3 {
			with += "@"
		}
		text = form.ReplaceAll(text, []byte(with))
	}
	return text
}

// masking masks line by line; slog writes each record in one call.
type masking struct{ to io.Writer }

func (m masking) Write(line []byte) (int, error) {
	if _, err := m.to.Write(Mask(line)); err != nil {
		return 0, err
	}
	return len(line), nil
}
