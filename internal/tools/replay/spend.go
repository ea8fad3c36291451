package replay

import (
	"encoding/json"
	"math/big"
	"net/http"
	"strings"
)

// moneyDigits is with how many decimals the gateways write amounts.
const moneyDigits = 8

// spent books what the recorder had charged: a batch, or one key by Admin. A
// July gateway keeps sums of keys, an August one balances of their groups.
func (w *World) spent(c *Call) {
	for _, u := range batchOf(c) {
		w.book(u.VirtualKeyID.String(), u.Amount.String())
	}
	var ask struct{ Cost json.Number }
	switch {
	case json.Unmarshal(c.Ask, &ask) != nil, c.Method != http.MethodPost:
	case strings.HasSuffix(c.Path, "/spend") && c.Status == http.StatusNoContent:
		w.book(between(c.Path, "/api/VirtualKeys/", "/spend"), ask.Cost.String())
	}
}

// update is one charge of a batch.
type update struct {
	VirtualKeyID json.Number
	Amount       json.Number
}

// batchOf are the charges of a batch that the gateway took.
func batchOf(c *Call) []update {
	var ask struct{ Updates []update }
	if c.Path != "/v1/batch/spend-updates" || c.Status != http.StatusAccepted || json.Unmarshal(c.Ask, &ask) != nil {
		return nil
	}
	return ask.Updates
}

// reset begins a key's spend anew.
func (w *World) reset(c *Call) {
	if t := w.tables["/api/VirtualKeys"]; t != nil && strings.HasSuffix(c.Path, "/reset-spend") && c.Status == http.StatusNoContent {
		if i := t.find(between(c.Path, "/api/VirtualKeys/", "/reset-spend")); i >= 0 {
			(*t)[i] = (*t)[i].with(row{{"currentSpend", json.RawMessage("0.00000000")}})
		}
	}
}

func between(s, before, after string) string {
	return strings.TrimSuffix(strings.TrimPrefix(s, before), after)
}

func (w *World) book(key, amount string) {
	keys, groups := w.tables["/api/VirtualKeys"], w.tables["/api/VirtualKeyGroups"]
	if keys == nil || keys.find(key) < 0 {
		return
	}
	i := keys.find(key)
	(*keys)[i] = (*keys)[i].plus("currentSpend", amount)
	if groups == nil {
		return
	}
	if g := groups.find((*keys)[i].get("virtualKeyGroupId")); g >= 0 {
		(*groups)[g] = (*groups)[g].plus("lifetimeSpent", amount).plus("balance", "-"+amount)
	}
}

// plus adds to a decimal field, if the row has it.
func (r row) plus(name, amount string) row {
	old, ok := new(big.Rat).SetString(r.get(name))
	more, valid := new(big.Rat).SetString(amount)
	if !ok || !valid {
		return r
	}
	return r.with(row{{name, json.RawMessage(old.Add(old, more).FloatString(moneyDigits))}})
}

// charged adds what a batch charged to sums by key.
func (w *World) charged(c *Call, sums map[string]*big.Rat) {
	for _, u := range batchOf(c) {
		amount, ok := new(big.Rat).SetString(u.Amount.String())
		if key := u.VirtualKeyID.String(); ok {
			if sums[key] == nil {
				sums[key] = new(big.Rat)
			}
			sums[key].Add(sums[key], amount)
		}
	}
}

// uncharged is a key or a group as it was before the sums were charged.
func (w *World) uncharged(r row, sums map[string]*big.Rat) row {
	if r.get("currentSpend") != "" {
		if sum := sums[r.get("id")]; sum != nil {
			return r.plus("currentSpend", new(big.Rat).Neg(sum).FloatString(moneyDigits))
		}
		return r
	}
	keys := w.tables["/api/VirtualKeys"]
	for key, sum := range sums {
		if keys == nil || keys.find(key) < 0 || (*keys)[keys.find(key)].get("virtualKeyGroupId") != r.get("id") {
			continue
		}
		r = r.plus("balance", sum.FloatString(moneyDigits)).plus("lifetimeSpent", new(big.Rat).Neg(sum).FloatString(moneyDigits))
	}
	return r
}
