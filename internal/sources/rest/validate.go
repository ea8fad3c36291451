package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
)

// pathValidate says what a virtual key may do. The key is in the body, and the
// master key opens it, so a wrong virtual key counts toward no ban.
const pathValidate = "/api/VirtualKeys/validate"

// KeyValidity is what a gateway says of a virtual key.
type KeyValidity string

// The values of KeyValidity.
const (
	KeyValid    KeyValidity = "valid"
	KeyUnknown  KeyValidity = "unknown"  // no such key
	KeyDisabled KeyValidity = "disabled" // by an administrator
	KeyExpired  KeyValidity = "expired"
	KeyDepleted KeyValidity = "depleted" // no balance, or over its budget
	KeyRefused  KeyValidity = "refused"  // for a reason that we do not know
)

// KeyValidation is the answer of Validate.
type KeyValidation struct {
	Validity KeyValidity
	// Key and Name are the gateway's; it reports them of a valid key only.
	Key  event.KeyID
	Name string
}

// verdicts are the words of the gateway's sentences that tell them apart.
var verdicts = []struct {
	says    string
	verdict KeyValidity
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
func Validate(ctx context.Context, c *Client, key secret.String) (KeyValidation, error) {
	ask, err := json.Marshal(map[string]string{"key": key.Reveal()})
	if err != nil {
		return KeyValidation{}, fmt.Errorf("%w: the key", ErrUnreadable)
	}
	body, err := c.Query(ctx, pathValidate, ask)
	if err != nil {
		return KeyValidation{}, err
	}
	var row struct {
		Valid flag `json:"isValid"`
		ID    text `json:"virtualKeyId"`
		Name  text `json:"keyName"`
		Error text `json:"errorMessage"`
	}
	if json.Unmarshal(body, &row) != nil || !row.Valid.ok {
		return KeyValidation{}, fmt.Errorf("%w: whose a key is", ErrUnreadable)
	}
	a := KeyValidation{Validity: KeyValid, Key: event.KeyID(row.ID), Name: string(row.Name)}
	if row.Valid.on {
		return a, nil
	}
	a.Validity = KeyRefused
	for _, v := range verdicts {
		if strings.Contains(strings.ToLower(string(row.Error)), v.says) {
			a.Validity = v.verdict
			break
		}
	}
	return a, nil
}
