package text

// Clip is clip.
var Clip = clip

// Complete reports whether a rule's alerts have every text that they need.
func Complete(rule string) bool {
	p, s := alertTexts[rule].title, alertTexts[rule].body
	return p.firing != nil && s.firing != nil && p.plural != "" && p.brief != nil && p.private != ""
}
