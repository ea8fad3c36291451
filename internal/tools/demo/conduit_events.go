package demo

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"time"
)

// moment is a point in time as the gateway writes it: UTC, ISO 8601, with as
// many digits of 100 ns as it has.
type moment time.Time

// MarshalJSON implements json.Marshaler.
func (m moment) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(m).UTC().Format(`"2006-01-02T15:04:05.9999999Z"`)), nil
}

// offsetMoment is a moment where the gateway writes the offset instead of Z.
type offsetMoment time.Time

// MarshalJSON implements json.Marshaler.
func (m offsetMoment) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(m).UTC().Format(`"2006-01-02T15:04:05.9999999+00:00"`)), nil
}

// momentOr is t, or null for the zero time.
func momentOr(t time.Time) *moment {
	if t.IsZero() {
		return nil
	}
	m := moment(t)
	return &m
}

// or is s, or null where it is empty.
func or(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// orNone is n, or null where it is 0.
func orNone(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// fixed is u in dollars with so many decimals, as decimals of the database
// keep their scale.
func (u usd) fixed(decimals int) json.Number {
	s := u.String()
	whole, frac, _ := strings.Cut(s, ".")
	for len(frac) < decimals {
		frac += "0"
	}
	if decimals == 0 {
		return json.Number(whole)
	}
	return json.Number(whole + "." + frac)
}

// span is a duration as the gateway writes it: "hh:mm:ss.fffffff".
type span time.Duration

// MarshalJSON implements json.Marshaler.
func (d span) MarshalJSON() ([]byte, error) {
	s := "\"" + time.Time{}.Add(time.Duration(d)).Format("15:04:05.0000000") + "\""
	if days := time.Duration(d) / (24 * time.Hour); days > 0 {
		s = "\"" + uitoa(uint64(days)) + "." + s[1:]
	}
	return []byte(strings.Replace(s, ".0000000\"", "\"", 1)), nil
}

// percentage is total / budget × 100 as a decimal of 96 bits has it.
func percentage(total, budget usd) json.Number {
	scale := 28
	ten := big.NewInt(10)
	n := new(big.Int).Mul(big.NewInt(int64(total)), new(big.Int).Exp(ten, big.NewInt(28), nil))
	n.Quo(n.Add(n, big.NewInt(int64(budget/2))), big.NewInt(int64(budget)))
	n.Mul(n, big.NewInt(100))
	for n.BitLen() > 96 {
		n.Quo(n, ten)
		scale--
	}
	digits := n.String()
	for len(digits) <= scale {
		digits = "0" + digits
	}
	return json.Number(digits[:len(digits)-scale] + "." + digits[len(digits)-scale:])
}

// The arguments of the events that the gateway really sends.
type (
	mappingChanged struct {
		Type       string `json:"type"`
		MappingID  int    `json:"mappingId"`
		ModelAlias string `json:"modelAlias"`
		ChangeType string `json:"changeType"`
		ID         string `json:"id"`
		Timestamp  moment `json:"timestamp"`
		Priority   int    `json:"priority"`
	}
	groupSpend struct {
		Timestamp         moment       `json:"timestamp"`
		TotalSpend        json.Number  `json:"totalSpend"`
		BudgetRemaining   int          `json:"budgetRemaining"`
		BudgetUtilization int          `json:"budgetUtilization"`
		Budget            *json.Number `json:"budget"`
		BudgetPercentage  *json.Number `json:"budgetPercentage"`
		Provider          string       `json:"provider"`
		Model             string       `json:"model"`
		NewSpend          json.Number  `json:"newSpend"`
		Metadata          spendOrigin  `json:"metadata"`
	}
	spendOrigin struct {
		RequestID    string `json:"requestId"`
		Endpoint     string `json:"endpoint"`
		InputTokens  *int   `json:"inputTokens"`
		OutputTokens *int   `json:"outputTokens"`
		DurationMS   *int   `json:"durationMs"`
	}
	budgetAlert struct {
		Timestamp       moment      `json:"timestamp"`
		AlertType       string      `json:"alertType"`
		Message         string      `json:"message"`
		CurrentSpend    json.Number `json:"currentSpend"`
		BudgetLimit     json.Number `json:"budgetLimit"`
		PercentageUsed  float64     `json:"percentageUsed"`
		Severity        string      `json:"severity"`
		Recommendations []string    `json:"recommendations"`
		BudgetPeriodEnd *moment     `json:"budgetPeriodEnd"`
	}
	keyStatus struct {
		KeyID            int         `json:"keyId"`
		KeyName          string      `json:"keyName"`
		IsEnabled        bool        `json:"isEnabled"`
		CurrentSpend     json.Number `json:"currentSpend"`
		MaxBudget        json.Number `json:"maxBudget"`
		BudgetPercentage *float64    `json:"budgetPercentage"`
		AllowedModels    *string     `json:"allowedModels"`
		RateLimit        *int        `json:"rateLimitPerMinute"`
		CreatedAt        moment      `json:"createdAt"`
		LastUsedAt       *moment     `json:"lastUsedAt"`
		ExpiresAt        *moment     `json:"expiresAt"`
		Timestamp        moment      `json:"timestamp"`
	}
	deliveryStatistics struct {
		Period      string   `json:"period"`
		Total       int      `json:"totalDeliveries"`
		Successful  int      `json:"successfulDeliveries"`
		Failed      int      `json:"failedDeliveries"`
		Pending     int      `json:"pendingDeliveries"`
		SuccessRate int      `json:"successRate"`
		AverageMS   int      `json:"averageResponseTimeMs"`
		URLs        []string `json:"urlStatistics"`
		Timestamp   moment   `json:"timestamp"`
	}
	complaint struct {
		Message string `json:"message"`
	}
)

// statusOf is what a key is told of itself: the numbers are its group's.
func statusOf(k *virtualKey, at time.Time) keyStatus {
	s := keyStatus{
		KeyID: k.id, KeyName: k.name, IsEnabled: !k.disabled,
		CurrentSpend: k.group.spent.fixed(8), MaxBudget: k.group.balance.fixed(8),
		AllowedModels: or(k.models), CreatedAt: moment(k.created), ExpiresAt: momentOr(k.expires), Timestamp: moment(at),
	}
	s.RateLimit = orNone(k.rpm)
	return s
}

// tellRoute tells everybody that a mapping was changed. Core has it from the
// bus, which brings it again if Redis is down.
func (c *conduit) tellRoute(r *route, change string) {
	e := mappingChanged{"model_mapping_changed", r.id, r.alias, change, c.guid(), moment(c.s.clock()), 1}
	c.toCore(func() { c.push(event(hubNotifications, "OnModelMappingChanged", e), true) })
}

func (c *conduit) statistics() {
	c.push(event(hubWebhooks, "DeliveryStatisticsUpdated", deliveryStatistics{
		Period: "last_hour", URLs: []string{}, Timestamp: moment(c.s.clock()),
	}), false)
}

func toKey(hub string, k *virtualKey, target string, arg any) message {
	m := event(hub, target, arg)
	m.group = keyGroup(k.id)
	return m
}

func (c *conduit) origin() spendOrigin {
	return spendOrigin{RequestID: c.guid(), Endpoint: chatPath}
}

// tellBatchSpend is the first of two events of one spend: the total is the
// amount, and there is no budget.
func (c *conduit) tellBatchSpend(k *virtualKey, amount usd, r *route) {
	n := json.Number(amount.String())
	c.push(toKey(hubSpend, k, "SpendUpdate", groupSpend{
		Timestamp: moment(c.s.clock()), TotalSpend: n, NewSpend: n,
		Provider: r.provider.typeName(), Model: r.alias, Metadata: c.origin(),
	}), false)
}

// tellSpend is the other event of a spend, after the alerts that it set off:
// what the group had spent with it, and had left. What it calls budget is what
// is left, so its percentages are none.
func (c *conduit) tellSpend(k *virtualKey, amount, spent, balance usd) {
	g := k.group
	u := groupSpend{
		Timestamp: moment(c.s.clock()), TotalSpend: spent.fixed(8), NewSpend: json.Number(amount.String()),
		Provider: "unknown", Model: "unknown", Metadata: c.origin(),
	}
	if left := balance.fixed(8); balance > 0 {
		p := percentage(spent, balance)
		u.Budget, u.BudgetPercentage = &left, &p
		c.tellBudget(k, g)
	}
	c.push(toKey(hubSpend, k, "SpendUpdate", u), false)
}

// budgetLevels are the alerts of a budget, lowest first.
var budgetLevels = []struct {
	from                    float64
	kind, message, severity string
	advice                  []string
}{
	{50, "budget_50_percent", "You have used 50% of your budget", "info", []string{
		"Monitor your usage patterns", "Consider optimizing model selection",
	}},
	{75, "budget_75_percent", "You have used 75% of your budget", "warning", []string{
		"Review recent API usage", "Consider implementing caching", "Switch to more cost-effective models",
	}},
	{90, "budget_90_percent", "You have used 90% of your budget - approaching limit", "critical", []string{
		"Urgent: Review and reduce API usage", "Implement rate limiting", "Consider increasing budget if needed",
	}},
	{100, "budget_exceeded", "Budget limit reached - further requests may be blocked", "critical", []string{
		"API access may be restricted", "Increase budget immediately", "Review and optimize all API calls",
	}},
}

// tellBudget sends the alerts that a key has not been sent since its group was
// below the lowest, by the gateway's own reckoning.
func (c *conduit) tellBudget(k *virtualKey, g *group) {
	pct := float64(g.spent) / float64(g.balance) * 100
	if pct < budgetLevels[0].from {
		k.alerts = 0
		return
	}
	for ; k.alerts < len(budgetLevels) && pct >= budgetLevels[k.alerts].from; k.alerts++ {
		l := budgetLevels[k.alerts]
		c.push(toKey(hubSpend, k, "BudgetAlert", budgetAlert{
			Timestamp: moment(c.s.clock()), AlertType: l.kind, Message: l.message,
			CurrentSpend: g.spent.fixed(8), BudgetLimit: g.balance.fixed(8),
			PercentageUsed: math.Round(pct*1e13) / 1e13, Severity: l.severity, Recommendations: l.advice,
		}), false)
	}
}
