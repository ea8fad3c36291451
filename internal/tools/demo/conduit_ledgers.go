package demo

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// The rows of what the gateway writes down of calls and failures.
type (
	logEntry struct {
		ID             int         `json:"id"`
		VirtualKeyID   int         `json:"virtualKeyId"`
		ModelName      string      `json:"modelName"`
		RequestType    string      `json:"requestType"`
		InputTokens    int         `json:"inputTokens"`
		OutputTokens   int         `json:"outputTokens"`
		Cost           json.Number `json:"cost"`
		ResponseTimeMS float64     `json:"responseTimeMs"`
		UserID         *string     `json:"userId"`
		ClientIP       *string     `json:"clientIp"`
		RequestPath    *string     `json:"requestPath"`
		StatusCode     int         `json:"statusCode"`
		Timestamp      moment      `json:"timestamp"`
	}
	auditEntry struct {
		ID             string       `json:"id"`
		Timestamp      moment       `json:"timestamp"`
		EventType      string       `json:"eventType"`
		VirtualKeyID   int          `json:"virtualKeyId"`
		VirtualKeyName *string      `json:"virtualKeyName"`
		Model          *string      `json:"model"`
		RequestID      string       `json:"requestId"`
		CalculatedCost *json.Number `json:"calculatedCost"`
		FailureReason  *string      `json:"failureReason"`
		ProviderType   string       `json:"providerType"`
		HTTPStatusCode int          `json:"httpStatusCode"`
		RequestPath    string       `json:"requestPath"`
		IsEstimated    bool         `json:"isEstimated"`
		Usage          *noUsage     `json:"usage"`
		Metadata       *string      `json:"metadata"`
	}
	noUsage struct {
		PromptTokens     *int `json:"promptTokens"`
		CompletionTokens *int `json:"completionTokens"`
		TotalTokens      *int `json:"totalTokens"`
		ImageCount       *int `json:"imageCount"`
	}
	failureRow struct {
		KeyCredentialID int     `json:"keyCredentialId"`
		KeyName         *string `json:"keyName"`
		ProviderID      int     `json:"providerId"`
		ProviderName    string  `json:"providerName"`
		ErrorType       string  `json:"errorType"`
		ErrorMessage    string  `json:"errorMessage"`
		HTTPStatusCode  *int    `json:"httpStatusCode"`
		OccurredAt      moment  `json:"occurredAt"`
		IsFatal         bool    `json:"isFatal"`
		ModelName       *string `json:"modelName"`
	}
	summaryRow struct {
		ProviderID       int          `json:"providerId"`
		ProviderName     string       `json:"providerName"`
		TotalErrors      int          `json:"totalErrors"`
		FatalErrors      int          `json:"fatalErrors"`
		Warnings         int          `json:"warnings"`
		DisabledKeyIDs   []int        `json:"disabledKeyIds"`
		LastError        offsetMoment `json:"lastError"`
		DisabledKeyCount int          `json:"disabledKeyCount"`
	}
	fatalityRow struct {
		ErrorType        string       `json:"errorType"`
		Count            int          `json:"count"`
		FirstSeen        offsetMoment `json:"firstSeen"`
		LastSeen         offsetMoment `json:"lastSeen"`
		LastErrorMessage string       `json:"lastErrorMessage"`
		LastStatusCode   int          `json:"lastStatusCode"`
	}
	warningRow struct {
		Type      string `json:"type"`
		Message   string `json:"message"`
		Timestamp moment `json:"timestamp"`
	}
	jobView struct {
		TaskID          string  `json:"taskId"`
		TaskType        string  `json:"taskType"`
		State           int     `json:"state"`
		CreatedAt       moment  `json:"createdAt"`
		UpdatedAt       moment  `json:"updatedAt"`
		CompletedAt     *moment `json:"completedAt"`
		Result          any     `json:"result"`
		Error           *string `json:"error"`
		Metadata        any     `json:"metadata"`
		Progress        int     `json:"progress"`
		ProgressMessage *string `json:"progressMessage"`
		RetryCount      int     `json:"retryCount"`
		MaxRetries      int     `json:"maxRetries"`
		IsRetryable     bool    `json:"isRetryable"`
		NextRetryAt     *moment `json:"nextRetryAt"`
	}
)

func (r logRow) entry() logEntry {
	return logEntry{
		ID: r.id, VirtualKeyID: r.key, ModelName: r.model, RequestType: r.kind,
		InputTokens: r.in, OutputTokens: r.out, Cost: r.cost.fixed(6), ResponseTimeMS: r.took,
		UserID: or(r.user), ClientIP: or("10.20.0.7"), RequestPath: or(r.path), StatusCode: http.StatusOK,
		Timestamp: moment(r.timestamp),
	}
}

// listLog answers a page of the request log; while the database is down, an
// empty one. Filters other than dates work after the page was cut.
func (c *conduit) listLog(q query) reply {
	number, size := q.int("page", 1), q.int("pagesize", 50)
	switch {
	case size < 1 || size > 100:
		return reply{status: http.StatusBadRequest, body: text("Page size must be between 1 and 100")}
	case number < 1:
		return reply{status: http.StatusBadRequest, body: text("Page number must be at least 1")}
	}
	var log []logRow
	if !c.database.down() {
		from, to := q.time("startdate"), q.time("enddate")
		for _, r := range c.log {
			if !r.timestamp.Before(from) && (to.IsZero() || !r.timestamp.After(to)) {
				log = append(log, r)
			}
		}
	}
	part, p := pageOf(log, number, size)
	keep := len(part)
	part = slices.DeleteFunc(part, func(r logRow) bool {
		return q.other("model", r.model) || q.other("virtualkeyid", strconv.Itoa(r.key)) || q.other("status", "200")
	})
	if len(part) < keep {
		p.TotalCount, p.TotalItems, p.TotalPages, p.HasNext = len(part), len(part), 1, false
	}
	p.Items = rowsOf(part, logRow.entry)
	return ok(p)
}

// other reports whether a filter asks for something else.
func (q query) other(name, is string) bool { return q.args.Get(name) != "" && q.args.Get(name) != is }

func (q query) time(name string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, q.args.Get(name))
	if err != nil {
		return time.Time{}
	}
	return t
}

func (a auditRow) entry() auditEntry {
	e := auditEntry{
		ID: a.id, Timestamp: moment(a.timestamp), EventType: a.kind, VirtualKeyID: a.key, Model: or(a.model),
		RequestID: a.request, FailureReason: or(a.why), ProviderType: a.provider,
		HTTPStatusCode: a.status, RequestPath: a.path,
	}
	if a.charged {
		cost := a.cost.fixed(6)
		e.CalculatedCost, e.Usage = &cost, &noUsage{}
	}
	return e
}

// listAudit answers a page of the billing audit; without from and to an empty
// one.
func (c *conduit) listAudit(q query) reply {
	ask := struct {
		PageNumber, PageSize int
		From, To             time.Time
	}{PageNumber: 1, PageSize: 50}
	if json.Unmarshal(q.body, &ask) != nil || ask.PageNumber < 1 || ask.PageSize < 1 {
		return c.problem()
	}
	var rows []auditRow
	for _, a := range c.audit {
		if !ask.From.IsZero() && !ask.To.IsZero() && !a.timestamp.Before(ask.From) && !a.timestamp.After(ask.To) {
			rows = append(rows, a)
		}
	}
	slices.SortStableFunc(rows, func(a, b auditRow) int { return a.timestamp.Compare(b.timestamp) })
	part, p := pageOf(rows, ask.PageNumber, ask.PageSize)
	return ok(struct {
		Events     []auditEntry `json:"events"`
		TotalCount int          `json:"totalCount"`
		PageNumber int          `json:"pageNumber"`
		PageSize   int          `json:"pageSize"`
		TotalPages int          `json:"totalPages"`
	}{rowsOf(part, auditRow.entry), p.TotalCount, p.CurrentPage, p.PageSize, p.TotalPages})
}

// withoutRedis is how long a question about failures takes that Redis does not
// answer.
const withoutRedis = 11 * time.Second

// failuresLate is the answer to such a question while Redis is down.
func (c *conduit) failuresLate(what string) reply {
	return reply{status: http.StatusInternalServerError, body: raw(`{"error":"Failed to retrieve error ` + what + `"}`), late: withoutRedis}
}

// recentFailures answers the failures of all providers, one provider after the
// other and not in the order of time.
func (c *conduit) recentFailures(q query) reply {
	if c.redis.down() {
		return c.failuresLate("data")
	}
	rows, limit := []failureRow{}, min(q.int("limit", 100), 1000)
	provider, key := q.int("providerid", 0), q.int("keyid", 0)
	for _, u := range slices.Backward(c.providers) {
		for _, f := range slices.Backward(c.failures) {
			if f.provider != u || provider != 0 && u.id != provider || key != 0 && f.key.id != key || len(rows) >= limit {
				continue
			}
			rows = append(rows, failureRow{
				KeyCredentialID: f.key.id, ProviderID: u.id, ProviderName: u.name, ErrorType: f.kind,
				ErrorMessage: f.text, OccurredAt: moment(f.at), IsFatal: f.fatal,
			})
		}
	}
	return ok(rows)
}

// failureSummary answers counts that only grow. That a provider was switched
// off is not in them.
func (c *conduit) failureSummary(query) reply {
	if c.redis.down() {
		return c.failuresLate("summary")
	}
	rows := []summaryRow{}
	for _, u := range slices.Backward(c.providers) {
		if u.warnings+u.fatals > 0 {
			rows = append(rows, summaryRow{
				ProviderID: u.id, ProviderName: u.name, TotalErrors: u.warnings + u.fatals, FatalErrors: u.fatals,
				Warnings: u.warnings, DisabledKeyIDs: []int{}, LastError: offsetMoment(u.lastError),
			})
		}
	}
	return ok(rows)
}

func (c *conduit) failuresOfKey(q query) reply {
	if c.redis.down() {
		return c.failuresLate("data")
	}
	for _, u := range c.providers {
		for _, k := range u.keys {
			if k.id == q.number {
				return ok(k.failures())
			}
		}
	}
	return missing(raw(`{"error":"No error data found for key ` + strconv.Itoa(q.number) + `"}`))
}

func (k *upstreamKey) failures() any {
	view := struct {
		KeyID          int          `json:"keyId"`
		KeyName        string       `json:"keyName"`
		IsDisabled     bool         `json:"isDisabled"`
		DisabledAt     *moment      `json:"disabledAt"`
		FatalError     *fatalityRow `json:"fatalError"`
		RecentWarnings []warningRow `json:"recentWarnings"`
	}{KeyID: k.id, KeyName: k.name}
	if f := k.fatal; f != nil {
		view.FatalError = &fatalityRow{f.kind, f.count, offsetMoment(f.first), offsetMoment(f.last), f.text, f.status}
	}
	view.RecentWarnings = rowsOf(k.warnings, func(w warning) warningRow {
		return warningRow{w.kind, w.text, moment(w.at)}
	})
	slices.Reverse(view.RecentWarnings)
	return view
}

// oneJob answers how a task is, to any key. Of an unknown one there is no
// content.
func (c *conduit) oneJob(q query) reply {
	j := c.job(q.id)
	if j == nil {
		return reply{status: http.StatusNoContent}
	}
	return ok(jobView{
		TaskID: j.id, TaskType: j.medium + "_generation", State: j.state, CreatedAt: moment(j.created),
		UpdatedAt: moment(j.updated), CompletedAt: momentOr(j.completed), Result: j.result, Error: or(j.err),
		Metadata: j.metadata(), Progress: j.progress, MaxRetries: 3, IsRetryable: true,
	})
}

// metadata is what the gateway keeps with a task: of a video, the plaintext of
// the virtual key.
func (j *job) metadata() map[string]any {
	m := map[string]any{
		"virtualKeyId": j.key.id, "model": j.model, "prompt": "a lighthouse in the rain", "correlationId": nil,
		"payload": nil, "videoId": nil, "webhookUrl": nil, "webhookHeaders": nil, "priority": 0,
	}
	if j.medium == "image" {
		m["correlationId"] = "89c3a77f-3ece-4dca-b714-d86ba6604796"
		m["payload"] = `{"TaskId":"","VirtualKeyId":` + strconv.Itoa(j.key.id) + `,"VirtualKeyHash":"` + j.key.hash() + `"}`
		return m
	}
	m["VirtualKey"] = j.key.secret
	m["Request"] = map[string]any{
		"prompt": m["prompt"], "model": j.model, "duration": 5, "size": "1280x720", "fps": nil, "style": nil,
		"response_format": nil, "user": nil, "seed": nil, "n": 1, "webhook_url": nil, "webhook_headers": nil,
	}
	return m
}

// costRow is what one key cost.
type costRow struct {
	VirtualKeyID int         `json:"virtualKeyId"`
	KeyName      string      `json:"keyName"`
	TotalCost    json.Number `json:"totalCost"`
	RequestCount int         `json:"requestCount"`
	Average      json.Number `json:"averageCostPerRequest"`
	LastUsed     moment      `json:"lastUsed"`
	UniqueModels int         `json:"uniqueModels"`
}

// costs is what is added up for one key.
type costs struct {
	total  usd
	calls  int
	last   time.Time
	models map[string]bool
}

// costsOfKeys adds the request log up by key, for the last 30 days if not
// asked otherwise; the keys that cost most come first.
func (c *conduit) costsOfKeys(q query) reply {
	from, to := q.time("startdate"), q.time("enddate")
	if from.IsZero() {
		from = c.s.clock().AddDate(0, 0, -30)
	}
	if to.IsZero() {
		to = c.s.clock()
	}
	of, all := c.addUp(from, to)
	list := slices.DeleteFunc(slices.Clone(c.keys), func(k *virtualKey) bool { return of[k.id] == nil })
	slices.SortStableFunc(list, func(a, b *virtualKey) int { return cmp.Compare(of[b.id].total, of[a.id].total) })
	list = list[:max(0, min(len(list), q.int("topn", 10)))]
	return ok(struct {
		StartDate     moment      `json:"startDate"`
		EndDate       moment      `json:"endDate"`
		VirtualKeys   []costRow   `json:"virtualKeys"`
		TotalCost     json.Number `json:"totalCost"`
		TotalRequests int         `json:"totalRequests"`
	}{moment(from), moment(to), rowsOf(list, func(k *virtualKey) costRow {
		x := of[k.id]
		return costRow{
			k.id, k.name, x.total.fixed(6), x.calls, (x.total / usd(x.calls)).fixed(6), moment(x.last), len(x.models),
		}
	}), all.total.fixed(6), all.calls})
}

// addUp adds the calls of a time up, by key and in all.
func (c *conduit) addUp(from, to time.Time) (of map[int]*costs, all costs) {
	of = map[int]*costs{}
	for _, r := range c.log {
		if r.timestamp.Before(from) || r.timestamp.After(to) {
			continue
		}
		if of[r.key] == nil {
			of[r.key] = &costs{models: map[string]bool{}}
		}
		x := of[r.key]
		x.total, x.calls, x.last = x.total+r.cost, x.calls+1, r.timestamp
		x.models[r.model] = true
		all.total, all.calls = all.total+r.cost, all.calls+1
	}
	return of, all
}
