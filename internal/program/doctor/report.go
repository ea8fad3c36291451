package doctor

import "time"

// Result is how a check ended.
type Result string

// The results, from the best to the worst; skipped says nothing.
const (
	Skipped  Result = "skipped"
	OK       Result = "ok"
	Info     Result = "info"     // worth knowing, nothing to do
	Warning  Result = "warning"  // works, but not as it should
	Critical Result = "critical" // does not work
)

// rank orders results by how bad they are.
func (r Result) rank() int {
	switch r {
	case Critical:
		return 3
	case Warning:
		return 2
	case Info:
		return 1
	case OK, Skipped:
	}
	return 0
}

// Report is everything that was found. It holds no key.
type Report struct {
	V       int       `json:"v"` // 1
	At      time.Time `json:"at,omitzero"`
	TookMS  float64   `json:"tookMs"`
	Version string    `json:"version"`
	System  string    `json:"system"` // operating system and processor
	Note    string    `json:"note,omitempty"`
	// Result is the worst of all findings: ok, info, warning or critical.
	Result   Result    `json:"result"`
	Sections []Section `json:"sections"`
}

// Section is what was found of the computer or of one plane of a gateway.
type Section struct {
	Title  string    `json:"title"`
	Checks []Finding `json:"checks"`
}

// Finding is the outcome of one check.
type Finding struct {
	Check  string `json:"check"` // stable, for scripts
	Title  string `json:"title"` // for people
	Result Result `json:"result"`
	// Code names what was found, stable; "" where there is nothing to say of it.
	Code string `json:"code,omitempty"`
	Text string `json:"text"`         // what was found, a sentence
	Do   string `json:"do,omitempty"` // what to do about it
	// Because is the check whose failure made this one skipped.
	Because string   `json:"because,omitempty"`
	Details []Detail `json:"details,omitempty"`
	TookMS  float64  `json:"tookMs"`

	stops bool // checks that need this one are skipped
}

// Detail is one fact beside a finding.
type Detail struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// worst is the worst result of all.
func (r *Report) worst() Result {
	worst := OK
	for _, s := range r.Sections {
		for _, f := range s.Checks {
			if f.Result.rank() > worst.rank() {
				worst = f.Result
			}
		}
	}
	return worst
}

// Exit is the exit status: 0 for nothing or remarks, 10 for warnings, 20.
func (r *Report) Exit() int {
	switch r.Result {
	case Critical:
		return 20
	case Warning:
		return 10
	case Info, OK, Skipped:
	}
	return 0
}

// Shorthands for findings.

func fine(text string) Finding { return Finding{Result: OK, Text: text} }

func note(code, text string) Finding { return Finding{Result: Info, Code: code, Text: text} }

func warn(code, text, do string) Finding {
	return Finding{Result: Warning, Code: code, Text: text, Do: do}
}

// bad is critical, and what depends on it is skipped.
func bad(code, text, do string) Finding {
	return Finding{Result: Critical, Code: code, Text: text, Do: do, stops: true}
}

// stop makes what depends on a finding be skipped.
func (f Finding) stop() Finding {
	f.stops = true
	return f
}

// with adds a detail; one without a value is left out.
func (f Finding) with(name, value string) Finding {
	if value != "" {
		f.Details = append(f.Details, Detail{name, value})
	}
	return f
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
