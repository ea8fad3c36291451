package text

import (
	"gatewatch/internal/core/event"
)

// booksSentence has the sentences on logs and books that were read.
func booksSentence(env event.Envelope) string {
	switch b := env.Body.(type) {
	case event.LogRead:
		return Count(len(b.Calls)) + " earlier requests were read in the log"
	case event.BooksRead:
		return Count(len(b.Lines)) + " transactions of group " + string(b.Group) + " were read"
	case event.BooksChecked:
		return "the gateway added its log up by " + Plural(len(b.Costs), "key")
	case event.BooksBeganAnew:
		return "the gateway's books are others than before, as after a restored backup; what was spent is read anew"
	}
	return ""
}
