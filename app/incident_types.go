package app

// IncidentQuery asks for incidents that lasted at any moment of a range, newest
// first. Empty strings ask for all.
type IncidentQuery struct {
	Gateway string `json:"gateway"`
	Text    string `json:"text"` // words of a title
	From    int64  `json:"from"` // 0: no bound
	To      int64  `json:"to"`   // 0: no bound
	Open    bool   `json:"open"` // only what has not ended
	Limit   int    `json:"limit"`
}

// IncidentLine is an incident in a list.
type IncidentLine struct {
	ID       string `json:"id"`
	Alert    string `json:"alert"` // the id of the alert whose title it has; "" in IncidentView
	Gateway  string `json:"gateway"`
	Category string `json:"category"`
	Severity string `json:"severity"`
	Title    string `json:"title"`
	Since    int64  `json:"since"`
	EndedAt  int64  `json:"endedAt"` // 0 while it lasts
	Alerts   int    `json:"alerts"`
	Notified int    `json:"notified"` // how often the user was notified
	InWindow int    `json:"inWindow"` // how often the window told, and so no notice did
	// Kept is false where it is not kept whether the user was notified: it was wiped, or
	// is too old.
	Kept bool `json:"kept"`
}

// IncidentView is everything that is kept of an incident, in order of time.
type IncidentView struct {
	IncidentLine
	Of    []IncidentAlert `json:"of"`
	Steps []IncidentStep  `json:"steps"`
}

// IncidentAlert is one alert of an incident, as it was last.
type IncidentAlert struct {
	ID         string `json:"id"`
	Rule       string `json:"rule"`
	Severity   string `json:"severity"`
	Status     string `json:"status"`
	Title      string `json:"title"`
	Body       string `json:"body"`
	EntityKind string `json:"entityKind"`
	Entity     string `json:"entity"`
	Since      int64  `json:"since"`
	EndedAt    int64  `json:"endedAt"` // 0 while it lasts
	AckNote    string `json:"ackNote"`
	Acked      bool   `json:"acked"`
}

// IncidentStep is what happened to an alert, or a decision about notifying the
// user of it.
type IncidentStep struct {
	At       int64  `json:"at"`
	Alert    string `json:"alert"`
	Decision bool   `json:"decision"`
	Notified bool   `json:"notified"`
	Severity string `json:"severity"`
	Words    string `json:"words"` // what happened, or why
	Text     string `json:"text"`
}

// ExportInput says what to write into a file: an incident by its id, or, where
// that is "", the events of a query.
type ExportInput struct {
	Incident    string     `json:"incident"`
	Events      EventQuery `json:"events"`
	Format      string     `json:"format"` // "md", "html", "json", "jsonl" or "csv"
	HideNames   bool       `json:"hideNames"`
	HideAmounts bool       `json:"hideAmounts"`
}

// Exported says what was written; a path of "" means that nothing was.
type Exported struct {
	Path  string `json:"path"`
	Lines int    `json:"lines"`
}
