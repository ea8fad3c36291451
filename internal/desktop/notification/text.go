package notification

import (
	"strings"

	"gatewatch/internal/core/text"
	"gatewatch/internal/desktop/notify"
)

// words are a notification's texts as they are given to a service.
type words struct{ title, body string }

// textOf cleans and cuts n's words. Names in them come from the gateway and
// may hold anything.
func textOf(n notify.Notification) words {
	return words{text.Shorten(text.Clean(n.Title), text.MaxTitle), text.Shorten(text.Clean(n.Body), text.MaxListing)}
}

// markup makes plain text safe for a service that reads the body as markup.
func markup(s string) string { return markupEscaper.Replace(s) }

var markupEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// argument makes text safe for the commands behind beeep: what begins with a
// hyphen would be an option, and kdialog and some services read markup.
func argument(s string) string {
	s = angles.Replace(s)
	if strings.HasPrefix(s, "-") {
		s = "‐" + s[1:] // the typographic hyphen
	}
	return s
}

// angles makes text safe for readers that may take it for markup, or may not.
var angles = strings.NewReplacer("<", "‹", ">", "›")
