package wire

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/text"
)

// spendRows are the targets of spend.
var spendRows = map[string]row{
	"SpendUpdate":     {object: frequent(readSpendUpdate)},
	"SpendLimitAlert": {object: object(readSpendLimit)},
	"BudgetAlert":     {object: object(readBudgetAlert)},
	"HighSpendAlert":  {object: object(readHighSpend)},
}

// maxNotes bounds the remembered names and limits of keys: as many keys as the
// reducer keeps at most would be ten thousand; beyond, a name is reported again.
const maxNotes = 4096

// keyNews is what was last reported of a key beside its spend.
type keyNews struct {
	name  string
	raw   string // of the limit, as it was sent
	limit event.Reading[event.NanoUSD]
	// untold is true where the newest spend had no limit.
	untold bool
}

// spendUpdate is a SpendUpdate of the contract (virtualKeyId, amount,
// totalSpend) or of a real gateway (newSpend, totalSpend, budget; no key).
type spendUpdate struct {
	key, amount, total, model, at         value
	keyName, virtualKeyName, name, limit  value
	newSpend, budget, provider, requestID value
	metadata                              value
}

func (w *spendUpdate) slot(name []byte) *value {
	switch string(name) {
	case "virtualKeyId":
		return &w.key
	case "amount":
		return &w.amount
	case "totalSpend":
		return &w.total
	case "model":
		return &w.model
	case "timestamp":
		return &w.at
	case "virtualKeyName":
		return &w.virtualKeyName
	case "keyName":
		return &w.keyName
	case "name":
		return &w.name
	case "limit":
		return &w.limit
	case "newSpend":
		return &w.newSpend
	case "budget":
		return &w.budget
	case "provider":
		return &w.provider
	case "requestId":
		return &w.requestID
	case "metadata":
		return &w.metadata
	}
	return nil
}

func readSpendUpdate(d *Decoder, w *spendUpdate) {
	if w.newSpend != nil && w.amount == nil {
		readGatewaySpend(d, w)
		return
	}
	key := event.KeyID(d.needID("virtualKeyId", w.key))
	amount, rounded := d.needMoney("amount", w.amount)
	total, _ := d.money("totalSpend", w.total)
	if d.bad != "" {
		return
	}
	d.inferDialect(DialectContract)
	request := "" // by it the reducer knows a repeat, over all connections
	if w.requestID != nil {
		request = d.fresh(w.requestID)
	}
	name := d.emitKeyNews(key, firstGiven(w.virtualKeyName, w.keyName, w.name), w.limit, true)
	b := d.newSpend()
	b.Key, b.Name, b.Amount, b.Model, b.Provider = key, name, amount, d.text(w.model), d.text(w.provider)
	b.Total, b.HasTotal, b.Request, b.Rounded, b.LimitTold = total, w.total.given(), request, rounded, w.limit.given()
	b.At = d.timestamp(w.at)
	d.emitEvent(b)
}

// readGatewaySpend reads the real gateway's form. A batch announces each of
// its spends twice; the first form has a total that is only the amount, no
// budget and the true model, the second is the spend.
func readGatewaySpend(d *Decoder, w *spendUpdate) {
	amount, rounded := d.needMoney("newSpend", w.newSpend)
	total, _ := d.needMoney("totalSpend", w.total)
	if d.key == "" && d.bad == "" {
		d.wrong("virtual key", "this event names none and the connection's is not known")
	}
	if d.bad != "" {
		return
	}
	request := d.requestOf(w.metadata)
	if d.isRepeatedID(request) {
		d.counts.DuplicateIDs++
		return
	}
	ev := &event.SpendRecorded{
		Key: d.key, Amount: amount, Request: request, Rounded: rounded, At: d.timestamp(w.at),
		Model: known(d.text(w.model)), Provider: known(d.text(w.provider)),
	}
	if named := d.text(w.provider); !w.budget.given() && total == amount && named != "" && named != "unknown" {
		d.holdFirst(ev)
		return
	}
	switch first, is := d.matchFirst(amount); is {
	case firstHeld:
		ev.Model, ev.Provider = first.Model, first.Provider
	case firstEmitted: // booked already; in July the total is still news
		if d.Dialect() == DialectJuly {
			d.emitEvent(event.KeyRead{Key: d.key, Enabled: event.Known(true), Spend: total, HasSpend: true, At: d.timestamp(w.at)})
		}
		return
	case firstAbsent:
	}
	ev.Total = total
	switch d.Dialect() {
	case DialectJuly:
		ev.HasTotal = true
		d.emitKeyNews(d.key, nil, w.budget, false) // an administrator may just have changed it
	case DialectAugust:
		ev.OfGroup = true
	case DialectUnknown, DialectContract:
		ev.Total = 0
	}
	d.emitEvent(ev)
}

// known is a word that is not the gateway's "unknown", nor the number of a
// vendor that does not exist.
func known(s string) string {
	if s == "unknown" || s == "0" {
		return ""
	}
	return s
}

// spendMetadata is the metadata of a real gateway's SpendUpdate.
type spendMetadata struct{ requestID value }

func (w *spendMetadata) slot(name []byte) *value {
	if string(name) == "requestId" {
		return &w.requestID
	}
	return nil
}

// requestOf is the request id in metadata; "" if there is none.
func (d *Decoder) requestOf(metadata value) string {
	if metadata.kind() != '{' {
		return ""
	}
	var w spendMetadata
	d.fill(metadata, false, &w, nil)
	return d.fresh(w.requestID)
}

// freshRoom is how many bytes of ids share one piece of memory: a dozen or
// two. Who keeps one id keeps them all.
const freshRoom = 4096

// fresh is an id that is not worth interning: no two messages have the same.
func (d *Decoder) fresh(v value) string {
	in, ok := v.inner()
	if !ok || len(v) > maxID {
		return d.id(v)
	}
	in = bytes.TrimSpace(in)
	if d.fresher.Cap()-d.fresher.Len() < len(in) {
		d.fresher = strings.Builder{}
		d.fresher.Grow(freshRoom)
	}
	from := d.fresher.Len()
	_, _ = d.fresher.Write(in)
	return d.fresher.String()[from:]
}

func firstGiven(vs ...value) value {
	for _, v := range vs {
		if v.given() {
			return v
		}
	}
	return nil
}

// emitKeyNews reports a key's name and limit if they were sent and are new, and returns
// the name as it is known, "" if it is not. Whatever spends is enabled. Where each
// spend tells the limit, one that names the key without it tells that it is not known any
// more, and null that there is none. One that does not even name the key leaves both out.
func (d *Decoder) emitKeyNews(key event.KeyID, name, limit value, each bool) string {
	if len(d.keyNews) == 0 && name == nil && limit == nil {
		return ""
	}
	last, seen := d.keyNews[key]
	if name == nil && !limit.given() && (!each || limit == nil) {
		return last.name
	}
	now := last
	if name.given() {
		now.name = d.text(name)
	}
	now.takeLimit(limit, each)
	if seen && now == last {
		return now.name
	}
	if len(d.keyNews) >= maxNotes {
		clear(d.keyNews)
	}
	d.keyNews[key] = now
	if seen && now.name == last.name && now.limit == last.limit && now.untold == last.untold {
		return now.name // the same number in other digits
	}
	d.emitEvent(event.KeyRead{
		Key: key, Name: now.name, Enabled: event.Known(true),
		Limit: now.limit, LimitUntold: now.untold, At: d.now,
	})
	return now.name
}

// takeLimit takes the limit as a spend told it.
func (n *keyNews) takeLimit(limit value, each bool) {
	switch {
	case limit.given():
		if n.untold = false; string(limit) != n.raw {
			if is := limitOf(limit); is.Status() != event.ReadingUnknown {
				n.limit, n.raw = is, string(limit)
			}
		}
	case !each:
	case limit == nil:
		n.limit, n.raw, n.untold = event.Reading[event.NanoUSD]{}, "", true
	default:
		n.limit, n.raw, n.untold = event.NotKnown[event.NanoUSD](event.ReadingNone, ""), "", false
	}
}

// limitOf is an amount that was sent as a limit.
func limitOf(v value) event.Reading[event.NanoUSD] {
	switch n, _, err := event.ParseUSD(v.bare()); {
	case errors.Is(err, event.ErrMoneyTooLarge), err == nil && (n > event.MaxExactJSON || n < -event.MaxExactJSON):
		return event.NotKnown[event.NanoUSD](event.ReadingTooLarge, "")
	case err == nil:
		return event.Known(n)
	}
	return event.NotKnown[event.NanoUSD](event.ReadingUnknown, "The gateway sent something that is no amount.")
}

// inferDialect concludes the dialect from what came.
func (d *Decoder) inferDialect(is Dialect) {
	if d.inferred == DialectUnknown {
		d.inferred = is
	}
}

// spendLimit is a SpendLimitAlert of the contract, or a BudgetAlert,
// HighSpendAlert of a real gateway.
type spendLimit struct {
	key, spend, limit, percentage, level, at value
	keyName, virtualKeyName, name, message   value
	budgetLimit, percentageUsed, severity    value
	alertType                                value
}

func (w *spendLimit) slot(name []byte) *value {
	switch string(name) {
	case "virtualKeyId":
		return &w.key
	case "currentSpend":
		return &w.spend
	case "limit":
		return &w.limit
	case "percentage":
		return &w.percentage
	case "alertLevel":
		return &w.level
	case "timestamp":
		return &w.at
	case "keyName":
		return &w.keyName
	case "virtualKeyName":
		return &w.virtualKeyName
	case "name":
		return &w.name
	case "message":
		return &w.message
	case "budgetLimit":
		return &w.budgetLimit
	case "percentageUsed":
		return &w.percentageUsed
	case "severity":
		return &w.severity
	case "alertType":
		return &w.alertType
	}
	return nil
}

func readSpendLimit(d *Decoder, w *spendLimit) {
	key := event.KeyID(d.needID("virtualKeyId", w.key))
	spend, _ := d.needMoney("currentSpend", w.spend)
	limit, _ := d.needMoney("limit", w.limit)
	ratio := ratioOf(w.percentage)
	level := severityOf(d.word(w.level))
	if level == "" && ratio < 0 {
		d.wrong("alertLevel", "neither warning nor critical")
	}
	if level == "" {
		level = severityAt(ratio)
	}
	if d.bad != "" {
		return
	}
	d.inferDialect(DialectContract)
	name := d.emitKeyNews(key, firstGiven(w.virtualKeyName, w.keyName, w.name), nil, false)
	d.emitEvent(event.SpendLimitReported{
		Name: name, Key: key, Spend: spend, Limit: limit, Ratio: ratio, Severity: level,
		Message: d.text(w.message), At: d.timestampOrNow(w.at),
	})
}

// readBudgetAlert reads a real gateway's alert. In July it is a claim. In
// August its limit is what is left of a prepaid balance, so its percentage is
// none and it is only a reason to read the balance. While it is not known
// which it is, the share is computed as in August: never too high.
func readBudgetAlert(d *Decoder, w *spendLimit) {
	spend, _ := d.needMoney("currentSpend", w.spend)
	limit, _ := d.needMoney("budgetLimit", w.budgetLimit)
	key := d.key
	if w.key != nil {
		key = event.KeyID(d.needID("virtualKeyId", w.key))
	}
	if key == "" && d.bad == "" {
		d.wrong("virtual key", "this event names none and the connection's is not known")
	}
	if d.bad != "" {
		return
	}
	at := d.timestampOrNow(w.at)
	reason := "the gateway sent a budget alert"
	if d.Dialect() == DialectAugust {
		reason += mismatch(ratioOf(w.percentageUsed), spend, limit)
	}
	d.emitEvent(event.RefreshAdvised{Topic: event.RefreshBudget, Key: key, Reason: reason, At: at})
	ev := event.SpendLimitReported{
		Key: key, Spend: spend, Ratio: -1, Message: d.text(w.message), At: at,
	}
	switch d.Dialect() {
	case DialectAugust:
		return
	case DialectUnknown:
		if whole := spend.Dollars() + limit.Dollars(); whole > 0 {
			ev.Ratio = spend.Dollars() / whole
		}
		ev.Severity = severityAt(ev.Ratio)
		ev.Message = "" // it would say the gateway's percentage
		ev.Spend = 0    // it may be the whole group's
	case DialectJuly, DialectContract:
		ev.Limit = limit
		ev.Ratio = ratioOf(w.percentageUsed)
		if ev.Severity = severityOf(d.word(w.severity)); ev.Severity == "" {
			ev.Severity = severityAt(ev.Ratio)
		}
	}
	d.emitEvent(ev)
}

// mismatch says by how much an August gateway's share of a budget is wrong; ""
// if it is not. Its limit is what is left of the balance.
func mismatch(claim float64, spend, left event.NanoUSD) string {
	if claim < 0 || spend < 0 || left < 0 || spend+left <= 0 {
		return ""
	}
	truth := spend.Dollars() / (spend.Dollars() + left.Dollars())
	if math.Abs(claim-truth) < 0.005 { // the same when shown
		return ""
	}
	return fmt.Sprintf(" of %s, though by its own amounts %s are used", text.ExactShare(claim), text.ExactShare(truth))
}

// ratioOf is a percentage as a ratio, -1 if there is none.
func ratioOf(percentage value) float64 {
	if p := percentage.optional(); p >= 0 {
		return p / 100
	}
	return -1
}

// severityOf reads a severity's word; "" if it is none.
func severityOf(word string) event.Severity {
	switch word {
	case "critical", "fatal":
		return event.SeverityCritical
	case "warning", "error", "high", "medium":
		return event.SeverityWarning
	case "info", "information", "low":
		return event.SeverityInfo
	}
	return ""
}

// severityAt is the severity of a used share, by the default thresholds.
func severityAt(ratio float64) event.Severity {
	switch {
	case ratio >= 0.90:
		return event.SeverityCritical
	case ratio >= 0.75:
		return event.SeverityWarning
	}
	return event.SeverityInfo
}

// readHighSpend reads an alert of the Admin hub that names its key only in
// its text.
func readHighSpend(d *Decoder, w *spendLimit) {
	message := d.needText("message", w.message)
	level := severityOf(d.word(w.severity))
	if level == "" {
		level = event.SeverityWarning
	}
	d.emitEvent(event.GatewayAlert{
		Category: event.AlertSpending, Severity: level, State: event.AlertActive,
		Title: d.text(w.alertType), Message: message, At: d.timestampOrNow(w.at),
	})
}
