package state

// Forecast is what is foreseen of a budget: of a key's limit, of a group's balance,
// or of all of a gateway's together. Times are Unix milliseconds, 0 where the outcome has none; money is
// nano-dollars.
type Forecast struct {
	ID      string `json:"id"` // see ForecastID
	Gateway string `json:"gateway"`
	Kind    string `json:"kind"`    // "key", "group" or "gateway"
	Subject string `json:"subject"` // id of the key, group or gateway in Live
	Name    string `json:"name"`    // for people
	// Outcome is "forecast", "on_pace", "too_irregular", "too_little_data",
	// "reached", "not_within_a_year" or, of a gateway, "no_limit"; see package
	// forecast.
	Outcome  string `json:"outcome"`
	Earliest int64  `json:"earliest"`
	Likely   int64  `json:"likely"`
	Latest   int64  `json:"latest"`
	Reset    int64  `json:"reset"` // when the period ends; 0: not known
	// Spent of Limit was when it was made, at At, in the period PeriodID.
	Spent    int64  `json:"spent"`
	Limit    int64  `json:"limit"`
	PeriodID string `json:"periodId"`
	At       int64  `json:"at"`
	// PerHour is the rate that is expected, in the mean of the next day;
	// negative: unknown.
	PerHour int64 `json:"perHour"`
	// Since is when spending changed to Times the usual; 0: it did not.
	Since int64   `json:"since"`
	Times float64 `json:"times"`
	// Tried is how often the same forecast was tried on this spending.
	Tried int `json:"tried"`
	// Head says it in a sentence, Range between when, Basis what it rests on.
	Head  string `json:"head"`
	Range string `json:"range"`
	Basis string `json:"basis"`
}

// ForecastID names the forecast of a key or group by its id in Live.
func ForecastID(kind, subject string) string { return kind + ":" + subject }

// SetForecasts replaces all forecasts.
func (s *State) SetForecasts(next map[string]Forecast) {
	for id, f := range next {
		if s.live.Forecasts[id] != f {
			s.live.Forecasts[id] = f
			s.dirty.forecasts[id] = true
		}
	}
	drop(s.live.Forecasts, s.dirty.forecasts, func(f Forecast) bool { _, kept := next[f.ID]; return !kept })
}
