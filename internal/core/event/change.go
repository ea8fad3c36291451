package event

import (
	"encoding/json"
	"strings"
	"time"
)

// Entity is a kind of thing that administrators create, change and delete.
type Entity string

// The entities of navigation state.
const (
	EntityModelMapping Entity = "model_mapping"
	EntityProvider     Entity = "provider"
	EntityVirtualKey   Entity = "virtual_key"
)

// What else an administrator alters and a list shows.
const (
	EntityKeyGroup   Entity = "key_group"
	EntityModelCost  Entity = "model_cost" // a price
	EntityCredential Entity = "provider_credential"
	EntityRelease    Entity = "release" // of the gateway itself
)

// Action is what was done to an entity.
type Action string

// The actions. Disabled and enabled are used of virtual keys and providers.
const (
	ActionCreated  Action = "created"
	ActionUpdated  Action = "updated"
	ActionDeleted  Action = "deleted"
	ActionDisabled Action = "disabled"
	ActionEnabled  Action = "enabled"
	// ActionRestarted is used of the gateway itself.
	ActionRestarted Action = "restarted"
)

// FieldChange is one field before and after. A value that may not be shown, or
// was not sent, is "".
type FieldChange struct {
	Field string `json:"field"`
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
}

// Comparison is what a change rests on that nobody pushed: two reads of a list.
type Comparison struct {
	Values []FieldChange `json:"values,omitempty"`
	// Since is when the list was read for the last time with the values before,
	// if that was in an earlier run: it happened between then and At, while
	// nobody watched. Zero otherwise.
	Since time.Time `json:"since,omitzero"`
	// After is when this run read the list before: it happened between then and At. Zero
	// where Since or Own say more.
	After time.Time `json:"after,omitzero"`
	// Own is when it happened by the gateway's own account; zero if it gives none.
	Own time.Time `json:"own,omitzero"`
	// Provider and Models are what else it touches, as far as the list says.
	Provider ProviderID `json:"provider,omitempty"`
	Models   []string   `json:"models,omitempty"`
}

// NavigationChanged says that an entity was created, updated or deleted.
type NavigationChanged struct {
	Entity Entity `json:"entity"`
	Action Action `json:"action"`
	// ID and Name of the entity; each "" if the gateway did not say.
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	// Data is what the gateway sent along, at most 4 KiB of JSON; absent if
	// larger or unsent. It is shown as text, never interpreted.
	Data json.RawMessage `json:"data,omitempty"`
	At   time.Time       `json:"at,omitzero"`
	Comparison
}

// NavigationCounted says how many entities of a kind there are.
type NavigationCounted struct {
	Entity Entity    `json:"entity"`
	Count  int       `json:"count"`
	At     time.Time `json:"at,omitzero"`
}

// KeyChanged says that a virtual key was created, updated, deleted, disabled
// or enabled.
type KeyChanged struct {
	Key     KeyID     `json:"key"`
	Name    string    `json:"name,omitempty"`
	Action  Action    `json:"action"`
	Changes []string  `json:"changes,omitempty"` // names of changed fields
	At      time.Time `json:"at,omitzero"`
	Comparison
}

// ConfigurationChanged says that a setting of the gateway has a new value.
type ConfigurationChanged struct {
	Category string    `json:"category"`
	Setting  string    `json:"setting"`
	Old      string    `json:"old,omitempty"` // as text; JSON if it was not a string
	New      string    `json:"new,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Comparison
}

// ChangeCompared says more of a change that a hub pushed before: what was
// before and after, by a list.
type ChangeCompared struct {
	Entity Entity    `json:"entity"`
	Action Action    `json:"action"`
	ID     string    `json:"id"`
	At     time.Time `json:"at,omitzero"`
	Comparison
}

// ListRead is a list as it is kept for the next run, to be compared with the
// first read of that one. Body is the reader's own form and holds no secrets.
type ListRead struct {
	List string          `json:"list"`
	Body json.RawMessage `json:"body,omitempty"`
	At   time.Time       `json:"at,omitzero"`
}

// Name is the whole name of the setting: "Category.Setting". Some gateways send
// it whole as the setting.
func (c ConfigurationChanged) Name() string {
	if c.Category == "" || strings.HasPrefix(c.Setting, c.Category+".") {
		return c.Setting
	}
	return strings.TrimSuffix(c.Category+"."+c.Setting, ".")
}

// Kind implements Event.
func (NavigationChanged) Kind() Kind { return "navigation.changed" }

// Kind implements Event.
func (NavigationCounted) Kind() Kind { return "navigation.counted" }

// Kind implements Event.
func (KeyChanged) Kind() Kind { return "key.changed" }

// Kind implements Event.
func (ConfigurationChanged) Kind() Kind { return "configuration.changed" }

// Kind implements Event.
func (ChangeCompared) Kind() Kind { return "change.compared" }

// Kind implements Event.
func (ListRead) Kind() Kind { return "list.read" }

func (ChangeCompared) measured() {}
func (ListRead) measured()       {}

var (
	_ = register[NavigationChanged]()
	_ = register[NavigationCounted]()
	_ = register[KeyChanged]()
	_ = register[ConfigurationChanged]()
	_ = register[ChangeCompared]()
	_ = register[ListRead]()

	_ Measurement = ChangeCompared{}
	_ Measurement = ListRead{}
)
