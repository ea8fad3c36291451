package demo

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// The rows of Admin's lists about keys, groups, providers and mappings.
type (
	keyRow struct {
		ID            int     `json:"id"`
		KeyName       string  `json:"keyName"`
		KeyPrefix     string  `json:"keyPrefix"`
		AllowedModels *string `json:"allowedModels"`
		GroupID       int     `json:"virtualKeyGroupId"`
		IsEnabled     bool    `json:"isEnabled"`
		ExpiresAt     *moment `json:"expiresAt"`
		CreatedAt     moment  `json:"createdAt"`
		UpdatedAt     moment  `json:"updatedAt"`
		Metadata      *string `json:"metadata"`
		RateLimitRpm  *int    `json:"rateLimitRpm"`
		RateLimitRpd  *int    `json:"rateLimitRpd"`
		Description   *string `json:"description"`
	}
	groupRow struct {
		ID                   int         `json:"id"`
		ExternalGroupID      *string     `json:"externalGroupId"`
		GroupName            string      `json:"groupName"`
		Balance              json.Number `json:"balance"`
		LifetimeCreditsAdded json.Number `json:"lifetimeCreditsAdded"`
		LifetimeSpent        json.Number `json:"lifetimeSpent"`
		CreatedAt            moment      `json:"createdAt"`
		UpdatedAt            moment      `json:"updatedAt"`
		VirtualKeyCount      int         `json:"virtualKeyCount"`
	}
	entryRow struct {
		ID                int         `json:"id"`
		GroupID           int         `json:"virtualKeyGroupId"`
		TransactionType   int         `json:"transactionType"`
		Amount            json.Number `json:"amount"`
		BalanceAfter      json.Number `json:"balanceAfter"`
		ReferenceType     int         `json:"referenceType"`
		ReferenceID       *string     `json:"referenceId"`
		Description       *string     `json:"description"`
		InitiatedBy       string      `json:"initiatedBy"`
		InitiatedByUserID *string     `json:"initiatedByUserId"`
		CreatedAt         moment      `json:"createdAt"`
	}
	providerRow struct {
		ID           int     `json:"id"`
		ProviderType int     `json:"providerType"`
		ProviderName string  `json:"providerName"`
		BaseURL      *string `json:"baseUrl"`
		IsEnabled    bool    `json:"isEnabled"`
		CreatedAt    moment  `json:"createdAt"`
		UpdatedAt    moment  `json:"updatedAt"`
		KeyCount     int     `json:"keyCount"`
	}
	providerKeyRow struct {
		ID           int     `json:"id"`
		ProviderID   int     `json:"providerId"`
		KeyName      string  `json:"keyName"`
		IsPrimary    bool    `json:"isPrimary"`
		IsEnabled    bool    `json:"isEnabled"`
		AccountGroup int     `json:"providerAccountGroup"`
		APIKey       string  `json:"apiKey"`
		Organization *string `json:"organization"`
		BaseURL      *string `json:"baseUrl"`
		CreatedAt    moment  `json:"createdAt"`
		UpdatedAt    moment  `json:"updatedAt"`
	}
	routeRow struct {
		ID                int              `json:"id"`
		ModelAlias        string           `json:"modelAlias"`
		ModelID           int              `json:"modelId"`
		ProviderModelID   string           `json:"providerModelId"`
		ProviderID        int              `json:"providerId"`
		Provider          providerOfRoute  `json:"provider"`
		Priority          int              `json:"priority"`
		IsEnabled         bool             `json:"isEnabled"`
		MaxContextTokens  *int             `json:"maxContextTokensOverride"`
		ProviderVariation *string          `json:"providerVariation"`
		QualityScore      *json.RawMessage `json:"qualityScore"`
		IsDefault         bool             `json:"isDefault"`
		DefaultCapability *string          `json:"defaultCapabilityType"`
		CreatedAt         moment           `json:"createdAt"`
		UpdatedAt         moment           `json:"updatedAt"`
		Notes             *string          `json:"notes"`
	}
	providerOfRoute struct {
		ID           int    `json:"id"`
		ProviderType int    `json:"providerType"`
		DisplayName  string `json:"displayName"`
		IsEnabled    bool   `json:"isEnabled"`
	}
	settingRow struct {
		ID          int     `json:"id"`
		Key         string  `json:"key"`
		Value       string  `json:"value"`
		Description *string `json:"description"`
		CreatedAt   moment  `json:"createdAt"`
		UpdatedAt   moment  `json:"updatedAt"`
	}
	noticeRow struct {
		ID             int     `json:"id"`
		VirtualKeyID   *int    `json:"virtualKeyId"`
		VirtualKeyName *string `json:"virtualKeyName"`
		Type           int     `json:"type"`
		Severity       int     `json:"severity"`
		Message        string  `json:"message"`
		IsRead         bool    `json:"isRead"`
		CreatedAt      moment  `json:"createdAt"`
	}
)

// rowsOf makes the rows of a list, which is never null.
func rowsOf[T, R any](list []T, row func(T) R) []R {
	rows := make([]R, 0, len(list))
	for _, x := range list {
		rows = append(rows, row(x))
	}
	return rows
}

// sortedBy is a list in the order of a name.
func sortedBy[T any](list []T, name func(T) string) []T {
	return slices.SortedStableFunc(slices.Values(list), func(a, b T) int {
		return strings.Compare(strings.ToLower(name(a)), strings.ToLower(name(b)))
	})
}

func keyName(k *virtualKey) string { return k.name }

// row is how Admin shows a key. The prefix is of the hash, and different where
// it is one of a group's keys.
func (k *virtualKey) row() keyRow {
	return keyRow{
		ID: k.id, KeyName: k.name, KeyPrefix: "condt_" + k.hash()[:6] + "...", AllowedModels: or(k.models),
		GroupID: k.group.id, IsEnabled: !k.disabled, ExpiresAt: momentOr(k.expires),
		CreatedAt: moment(k.created), UpdatedAt: moment(k.updated), Metadata: or(k.metadata),
		RateLimitRpm: orNone(k.rpm), Description: or(k.description),
	}
}

func (c *conduit) listKeys(q query) reply {
	list := sortedBy(c.keys, keyName)
	if id := q.int("virtualkeygroupid", 0); id != 0 {
		list = slices.DeleteFunc(list, func(k *virtualKey) bool { return k.group.id != id })
	}
	return ok(rowsOf(list, (*virtualKey).row))
}

func (c *conduit) oneKey(q query) reply {
	for _, k := range c.keys {
		if k.id == q.number {
			return ok(k.row())
		}
	}
	return c.problem()
}

func (c *conduit) groupOfKey(q query) reply {
	for _, k := range c.keys {
		if k.id == q.number {
			row := c.groupRow(k.group)
			row.VirtualKeyCount = 1
			return ok(row)
		}
	}
	return c.problem()
}

// validate says what a key may do. It gives the id of a good one only.
func (c *conduit) validate(q query) reply {
	var ask struct{ Key, RequestedModel string }
	answer := struct {
		IsValid       bool    `json:"isValid"`
		VirtualKeyID  *int    `json:"virtualKeyId"`
		KeyName       *string `json:"keyName"`
		AllowedModels *string `json:"allowedModels"`
		ErrorMessage  *string `json:"errorMessage"`
	}{}
	if json.Unmarshal(q.body, &ask) != nil {
		return reply{status: http.StatusBadRequest}
	}
	i := slices.IndexFunc(c.keys, func(k *virtualKey) bool { return k.secret == ask.Key })
	switch {
	case i < 0:
		answer.ErrorMessage = or("Key not found")
	case c.keys[i].disabled:
		answer.ErrorMessage = or("Key is disabled")
	case c.keys[i].expired(c.s.clock()):
		answer.ErrorMessage = or("Key has expired")
	case c.keys[i].group.balance <= 0:
		answer.ErrorMessage = or("Budget depleted")
	case ask.RequestedModel != "" && !c.keys[i].allows(ask.RequestedModel):
		answer.ErrorMessage = or("Model " + ask.RequestedModel + " is not allowed for this key")
	default:
		k := c.keys[i]
		answer.IsValid, answer.VirtualKeyID, answer.KeyName, answer.AllowedModels = true, orNone(k.id), or(k.name), or(k.models)
	}
	return ok(answer)
}

func (k *virtualKey) allows(model string) bool {
	return k.models == "" || slices.Contains(strings.Split(k.models, ","), model)
}

func (c *conduit) groupRow(g *group) groupRow {
	n := 0
	for _, k := range c.keys {
		if k.group == g {
			n++
		}
	}
	return groupRow{
		ID: g.id, ExternalGroupID: or(g.external), GroupName: g.name, Balance: g.balance.fixed(8),
		LifetimeCreditsAdded: g.credits.fixed(8), LifetimeSpent: g.spent.fixed(8),
		CreatedAt: moment(g.created), UpdatedAt: moment(g.updated), VirtualKeyCount: n,
	}
}

func (c *conduit) listGroups(query) reply {
	return ok(rowsOf(sortedBy(c.groups, func(g *group) string { return g.name }), c.groupRow))
}

// groupNumbered finds the group of a path.
func (c *conduit) groupNumbered(q query) *group {
	for _, g := range c.groups {
		if g.id == q.number {
			return g
		}
	}
	return nil
}

var noGroup = raw(`{"message":"Group not found"}`)

func (c *conduit) oneGroup(q query) reply {
	if g := c.groupNumbered(q); g != nil {
		return ok(c.groupRow(g))
	}
	return missing(noGroup)
}

func (c *conduit) keysOfGroup(q query) reply {
	g := c.groupNumbered(q)
	if g == nil {
		return missing(noGroup)
	}
	rows := []keyRow{}
	for _, k := range c.keys {
		if k.group == g {
			row := k.row()
			row.KeyPrefix = k.hash()[:10] + "..."
			rows = append(rows, row)
		}
	}
	return ok(rows)
}

// page is a part of a list with its numbers, some of them twice.
type page struct {
	Items       any  `json:"items"`
	TotalCount  int  `json:"totalCount"`
	CurrentPage int  `json:"currentPage"`
	PageSize    int  `json:"pageSize"`
	TotalPages  int  `json:"totalPages"`
	HasPrevious bool `json:"hasPreviousPage"`
	HasNext     bool `json:"hasNextPage"`
	Page        int  `json:"page"`
	TotalItems  int  `json:"totalItems"`
}

// pageOf cuts a page out of a list that is kept oldest first, newest first.
func pageOf[T any](list []T, number, size int) (part []T, p page) {
	n := len(list)
	pages := (n + size - 1) / size
	for i := (number - 1) * size; i < n && i < number*size; i++ {
		part = append(part, list[n-1-i])
	}
	return part, page{
		TotalCount: n, CurrentPage: number, PageSize: size, TotalPages: pages,
		HasPrevious: number > 1, HasNext: number < pages, Page: number, TotalItems: n,
	}
}

func (c *conduit) transactions(q query) reply {
	g := c.groupNumbered(q)
	if g == nil {
		return missing(noGroup)
	}
	part, p := pageOf(g.entries, max(1, q.int("page", 1)), max(1, min(100, q.int("pagesize", 50))))
	p.Items = rowsOf(part, func(e entry) entryRow {
		return entryRow{
			ID: e.id, GroupID: g.id, TransactionType: e.kind, Amount: e.amount.fixed(6), BalanceAfter: e.after.fixed(6),
			ReferenceType: e.ref, Description: or(e.what), InitiatedBy: e.by, CreatedAt: moment(e.at),
		}
	})
	return ok(p)
}

func (u *upstream) row() providerRow {
	return providerRow{
		u.id, u.kind, u.name, or(u.url), !u.disabled, moment(u.created), moment(u.updated), len(u.keys),
	}
}

func (c *conduit) listProviders(query) reply { return ok(rowsOf(c.providers, (*upstream).row)) }

func (c *conduit) providerNumbered(q query) *upstream {
	for _, u := range c.providers {
		if u.id == q.number {
			return u
		}
	}
	return nil
}

func (c *conduit) oneProvider(q query) reply {
	if u := c.providerNumbered(q); u != nil {
		return ok(u.row())
	}
	return missing(details{Error: "Provider not found"})
}

func (c *conduit) keysOfProvider(q query) reply {
	rows := []providerKeyRow{}
	if u := c.providerNumbered(q); u != nil {
		for i, k := range u.keys {
			rows = append(rows, providerKeyRow{
				ID: k.id, ProviderID: u.id, KeyName: k.name, IsPrimary: k.primary, IsEnabled: !k.off, AccountGroup: i,
				APIKey: "***" + uitoa(uint64(10_000 + 1_000*k.turns + k.id))[1:], BaseURL: or(u.url), CreatedAt: moment(k.created), UpdatedAt: moment(k.updated),
			})
		}
	}
	return ok(rows)
}

func (r *route) row() routeRow {
	return routeRow{
		ID: r.id, ModelAlias: r.alias, ModelID: r.model.id, ProviderModelID: r.target, ProviderID: r.provider.id,
		Provider:  providerOfRoute{r.provider.id, r.provider.kind, r.provider.name, !r.provider.disabled},
		IsEnabled: !r.disabled, CreatedAt: moment(r.created), UpdatedAt: moment(r.updated),
	}
}

func (c *conduit) listRoutes(query) reply {
	return ok(rowsOf(sortedBy(c.routes, func(r *route) string { return r.alias }), (*route).row))
}

func (c *conduit) oneRoute(q query) reply {
	for _, r := range c.routes {
		if r.id == q.number {
			return ok(r.row())
		}
	}
	return missing(details{Error: "Model provider mapping not found"})
}

func (s *globalSetting) row() settingRow {
	return settingRow{s.id, s.key, s.value, or(s.description), moment(s.created), moment(s.updated)}
}

func (c *conduit) listSettings(query) reply {
	return ok(rowsOf(sortedBy(c.settings, func(s *globalSetting) string { return s.key }), (*globalSetting).row))
}

func (c *conduit) oneSetting(q query) reply {
	for _, s := range c.settings {
		if s.key == q.id {
			return ok(s.row())
		}
	}
	return missing(details{Error: "Global setting not found"})
}

func (c *conduit) listNotices(query) reply {
	list := slices.SortedFunc(slices.Values(c.notices), func(a, b notice) int { return cmp.Compare(b.id, a.id) })
	return ok(rowsOf(list, func(n notice) noticeRow {
		row := noticeRow{ID: n.id, Type: n.kind, Severity: n.severity, Message: n.text, CreatedAt: moment(n.at)}
		if n.key != nil {
			row.VirtualKeyID, row.VirtualKeyName = orNone(n.key.id), or(n.key.name)
		}
		return row
	}))
}

func (c *conduit) emptyList(query) reply { return ok(raw("[]")) }
