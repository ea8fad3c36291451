package run

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/store/history"
)

// addressedID is the profile id of a gateway that was given by its addresses: of
// the first that this history knows. Others have ids of their own, see recallAddresses.
const addressedID = event.GatewayID("gateway")

// addressesMeta is the row of the history that says which id each gateway has
// that was given by its addresses.
const addressesMeta = "addressed gateways"

// addressed is one gateway that was given by its addresses; "" for a side that
// was never given.
type addressed struct {
	Core  string          `json:"core,omitempty"`
	Admin string          `json:"admin,omitempty"`
	ID    event.GatewayID `json:"id"`
}

// is reports whether two are one gateway: a side that both name is the same, and none differs.
func (a addressed) is(b addressed) bool {
	one, differ := false, false
	for _, side := range [][2]string{{a.Core, b.Core}, {a.Admin, b.Admin}} {
		if side[0] != "" && side[1] != "" {
			one, differ = one || side[0] == side[1], differ || side[0] != side[1]
		}
	}
	return one && !differ
}

// recallAddresses gives a target that is addresses the id under which the history
// keeps that gateway: without it, the money and the alerts of one gateway would be
// shown as another's. A program that may write remembers a new one.
func (p *Program) recallAddresses(ctx context.Context) {
	t := &p.opts.Target
	if t.Core == "" && t.Admin == "" || p.db == nil {
		return
	}
	body, err := p.db.Meta(ctx, addressesMeta)
	if err != nil && !errors.Is(err, history.ErrNotFound) {
		p.log.Warn("the gateways of earlier addresses are not known", "cause", err)
	}
	var known []addressed
	if body != "" && json.Unmarshal([]byte(body), &known) != nil {
		p.log.Warn("the gateways of earlier addresses cannot be read")
	}
	known, t.id = addressedAs(known, t.Core, t.Admin)
	now, err := json.Marshal(known)
	if err != nil || string(now) == body || !p.writer {
		return
	}
	if err := p.db.SetMeta(ctx, addressesMeta, string(now)); err != nil {
		p.log.Warn("a gateway's addresses are not kept", "cause", err)
	}
}

// addressedAs finds the id of a gateway by its addresses, and adds it where it is new.
func addressedAs(known []addressed, core, admin string) ([]addressed, event.GatewayID) {
	bare := func(a string) string { return strings.ToLower(strings.TrimRight(strings.TrimSpace(a), "/")) }
	a := addressed{Core: bare(core), Admin: bare(admin)}
	if i := slices.IndexFunc(known, a.is); i >= 0 {
		known[i].Core, known[i].Admin = cmp.Or(known[i].Core, a.Core), cmp.Or(known[i].Admin, a.Admin)
		return known, known[i].ID
	}
	a.ID = addressedID
	if len(known) > 0 {
		sum := sha256.Sum256([]byte(a.Core + "\n" + a.Admin))
		a.ID += event.GatewayID("-" + hex.EncodeToString(sum[:4]))
	}
	return append(known, a), a.ID
}
