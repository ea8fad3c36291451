package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gatewatch/internal/event"
	"gatewatch/internal/secret"
)

// pathValidate says what a virtual key may do. The key is in the body, and the
// master key opens it, so a wrong virtual key counts toward no ban.
const pathValidate = "/api/VirtualKeys/validate"

// KeyVerdict is what a gateway says of a virtual key.
type KeyVerdict string

// The verdicts.
const (
	KeyValid    KeyVerdict = "valid"
	KeyUnknown  KeyVerdict = "unknown"  // no such key
	KeyDisabled KeyVerdict = "disabled" // by an administrator
	KeyExpired  KeyVerdict = "expired"
	KeyDepleted KeyVerdict = "depleted" // no balance, or over its budget
	KeyRefused  KeyVerdict = "refused"  // for a reason that we do not know
)

// KeyAnswer is the answer of Validate.
type KeyAnswer struct {
	Verdict KeyVerdict
	// Key and Name are the gateway's; it tells them of a valid key only.
	Key  event.KeyID
	Name string
}

// verdicts are the words of the gateway's sentences that tell them apart.
var verdicts = []struct {
	says    string
	verdict KeyVerdict
}{
	{"not found", KeyUnknown},
	{"disabled", KeyDisabled},
	{"expired", KeyExpired},
	{"depleted", KeyDepleted},
	{"budget", KeyDepleted},
	{"balance", KeyDepleted},
}

// Validate asks whose a virtual key is and whether it works. Errors are those
// of Client.Query.
func Validate(ctx context.Context, c *Client, key secret.String) (KeyAnswer, error) {
	ask, err := json.Marshal(map[string]string{"key": key.Reveal()})
	if err != nil {
		return KeyAnswer{}, fmt.Errorf("%w: the key", ErrShape)
	}
	body, err := c.Query(ctx, pathValidate, ask)
	if err != nil {
		return KeyAnswer{}, err
	}
	var row struct {
		Valid flag `json:"isValid"`
		ID    text `json:"virtualKeyId"`
		Name  text `json:"keyName"`
		Error text `json:"errorMessage"`
	}
	if json.Unmarshal(body, &row) != nil || !row.Valid.ok {
		return KeyAnswer{}, fmt.Errorf("%w: whose a key is", ErrShape)
	}
	a := KeyAnswer{Verdict: KeyValid, Key: event.KeyID(row.ID), Name: string(row.Name)}
	if row.Valid.on {
		return a, nil
	}
	a.Verdict = KeyRefused
	for _, v := range verdicts {
		if strings.Contains(strings.ToLower(string(row.Error)), v.says) {
			a.Verdict = v.verdict
			break
		}
	}
	return a, nil
}
