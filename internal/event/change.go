package event

import (
	"encoding/json"
	"strings"
	"time"
)

// Entity is a sort of thing that administrators create, change and delete.
type Entity string

// The entities of navigation state.
const (
	EntityModelMapping Entity = "model_mapping"
	EntityProvider     Entity = "provider"
	EntityVirtualKey   Entity = "virtual_key"
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
)

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
	At   time.Time       `json:"at"`
}

// NavigationCounted says how many entities of a sort there are.
type NavigationCounted struct {
	Entity Entity    `json:"entity"`
	Count  int       `json:"count"`
	At     time.Time `json:"at"`
}

// KeyChanged says that a virtual key was created, updated, deleted, disabled
// or enabled.
type KeyChanged struct {
	Key     KeyID     `json:"key"`
	Name    string    `json:"name,omitempty"`
	Action  Action    `json:"action"`
	Changes []string  `json:"changes,omitempty"` // names of changed fields
	At      time.Time `json:"at"`
}

// ConfigurationChanged says that a setting of the gateway has a new value.
type ConfigurationChanged struct {
	Category string    `json:"category"`
	Setting  string    `json:"setting"`
	Old      string    `json:"old,omitempty"` // as text; JSON if it was not a string
	New      string    `json:"new,omitempty"`
	At       time.Time `json:"at"`
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

var (
	_ = register[NavigationChanged]()
	_ = register[NavigationCounted]()
	_ = register[KeyChanged]()
	_ = register[ConfigurationChanged]()
)
