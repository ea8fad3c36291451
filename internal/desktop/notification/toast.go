package notification

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/desktop/notify"
)

// toastXML writes n as a Windows toast with the picture at that path. All text
// is escaped here, because names in it come from the gateway.
func toastXML(n notify.Notification, picturePath string) string {
	t := textOf(n)
	var b strings.Builder
	fmt.Fprintf(&b, `<toast activationType="foreground" launch="%s" duration="%s"><visual><binding template="ToastGeneric">`,
		escapeXML(toastArguments(n, notify.ActionOpen)), toastDuration(n.Severity))
	if picturePath != "" {
		fmt.Fprintf(&b, `<image placement="appLogoOverride" src="%s"/>`, escapeXML(picturePath))
	}
	fmt.Fprintf(&b, `<text hint-maxLines="1">%s</text><text>%s</text></binding></visual>`, escapeXML(t.title), escapeXML(t.body))
	if !n.HasSound() {
		b.WriteString(`<audio silent="true"/>`)
	}
	if len(n.Actions) > 0 {
		b.WriteString(`<actions>`)
		for _, a := range n.Actions {
			fmt.Fprintf(&b, `<action activationType="foreground" content="%s" arguments="%s"/>`,
				escapeXML(labelOf(a)), escapeXML(toastArguments(n, a)))
		}
		b.WriteString(`</actions>`)
	}
	b.WriteString(`</toast>`)
	return b.String()
}

// toastDuration: "long" stays 25 seconds on the screen, "short" about five.
func toastDuration(s event.Severity) string {
	if s == event.SeverityCritical {
		return "long"
	}
	return "short"
}

func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}

// toastArguments is what Windows gives back on a click.
func toastArguments(n notify.Notification, a notify.Action) string {
	return url.Values{"id": {n.ID}, "route": {n.Route}, "action": {string(a)}}.Encode()
}

// toastResponse reads what toastArguments wrote; ok is false for anything else.
func toastResponse(arguments string) (r notify.Response, ok bool) {
	v, err := url.ParseQuery(arguments)
	if err != nil {
		return r, false
	}
	r = notify.Response{ID: v.Get("id"), Action: notify.Action(v.Get("action")), Route: v.Get("route")}
	switch r.Action {
	case notify.ActionOpen, notify.ActionAcknowledge, notify.ActionSilence:
		return r, true
	}
	return r, false
}
