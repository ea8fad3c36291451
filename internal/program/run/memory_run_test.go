//go:build unix

package run_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
	"gatewatch/internal/store/history"
	"gatewatch/internal/tools/demo"
)

const rememberedWorld = `
dialect conduit
have group 1 Platform credit=1000
have group 2 Research credit=500
have key 1 api group=Platform rpm=60
have key 2 batch group=Platform
have key 3 notebook group=Research
have key 4 spare group=Platform rpm=60
have provider 1 openai type=OpenAI latency=100 keys=2
have provider 2 groq type=Groq latency=90
have mapping 1 chat-default openai gpt-5.2 price=1.25/10
have mapping 2 bulk groq llama-4-8b price=0.1/0.4
have setting Retention.Days 30
`

// said is a change as the table of the test has it.
func said(c *state.Change) string {
	text := c.Entity + " " + c.Name + " " + c.Action
	for _, v := range c.Values {
		text += " " + v.Field + ":" + v.Old + ">" + v.New
	}
	if c.Old != "" || c.New != "" {
		text += " " + c.Old + ">" + c.New
	}
	return text
}

// What was on the screen before a restart is there after it, with its age, before
// the gateway has answered; what was changed meanwhile is found, with what was
// before and after and when, and listed once.
func TestARestartForgetsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, rememberedWorld)})
	do(t, g, "chat api cost=0.02", "chat notebook cost=0.3")
	d.profile(g)
	p := d.watch()
	p.await("a change while it runs", func(live *state.Live) bool { return len(live.Groups) == 2 && len(live.Keys) == 4 && connected(live) })
	lists := []string{"keys", "groups", "providers", "mappings", "settings", "costs", "release", "credentials/1"}
	p.await("every list is kept", func(*state.Live) bool {
		return !slices.ContainsFunc(lists, func(name string) bool {
			_, err := p.History().Kept(t.Context(), "prod", "list/"+name)
			return err != nil
		})
	})
	do(t, g, "mapping disable bulk") // a hub tells of it
	p.await("a pushed change with its values", func(live *state.Live) bool {
		if err := p.Refresh("prod"); err != nil {
			t.Fatal(err)
		}
		for _, c := range live.Changes {
			if c.Entity == "model_mapping" && slices.Contains(c.Values, state.ChangedValue{Field: "isEnabled", Old: "true", New: "false"}) {
				return true
			}
		}
		return false
	})
	p.await("what was called is booked", func(live *state.Live) bool {
		return live.Keys["prod/1"].Today.Or(0) > 0 && live.Keys["prod/3"].Today.Or(0) > 0
	})
	before := p.snapshot().Live
	p.stop()
	left := time.Now()

	do(t, g, "listen off admin", "listen off core")
	p = d.watch()
	live := p.snapshot().Live
	if at := live.Gateways["prod"].PictureAt; at == 0 || at > left.UnixMilli() {
		t.Errorf("the picture's age is %d", at)
	}
	for id, k := range before.Keys {
		now := live.Keys[id]
		if now.Name != k.Name || now.Status != k.Status || now.Group != k.Group || now.Today.Or(-1) != k.Today.Or(-1) || now.Remembered == 0 {
			t.Errorf("key %s was %+v and is %+v", id, k, now)
		}
	}
	for id, x := range before.Groups {
		x.Remembered, x.Rate15m, x.LastHour, x.LastDay, x.RateSpan = live.Groups[id].Remembered, live.Groups[id].Rate15m, live.Groups[id].LastHour, live.Groups[id].LastDay, live.Groups[id].RateSpan
		if diff := cmp.Diff(x, live.Groups[id]); diff != "" || x.Remembered == 0 {
			t.Errorf("group %s: %s", id, diff)
		}
	}
	for id, x := range before.Providers {
		now := live.Providers[id]
		if now.Name != x.Name || now.Health != x.Health || len(now.HealthTimeline) != 60 || now.Remembered == 0 {
			t.Errorf("provider %s was %+v and is %+v", id, x, now)
		}
	}
	if diff := cmp.Diff(before.Changes, live.Changes); diff != "" {
		t.Errorf("changes: %s", diff)
	}
	for _, a := range live.Alerts {
		if a.Category == "spend" || a.Category == "provider" {
			t.Errorf("what is only remembered raised %s: %s", a.Rule, a.Title)
		}
	}
	p.stop()

	do(t, g,
		"listen on core", "listen on admin",
		"key disable batch", "key update spare rpm=120", "key create 9 trial group=Research", "key delete notebook",
		"mapping update chat-default provider=groq model=llama-4-70b", "mapping update bulk price=0.2/0.4", "mapping create 7 vision openai gpt-5.2-v",
		"provider rotate-key openai", "provider create 5 mistral type=OpenAICompatible", "setting Retention.Days 7", "release 0.1.4.0", "credit Platform 50")
	want := []string{
		"configuration Retention.Days updated 30>7",
		"key_group Platform credited",
		"model_cost bulk price updated inputCostPerMillionTokens:$0.1>$0.2",
		"model_cost vision price created inputCostPerMillionTokens:none>$2.5 outputCostPerMillionTokens:none>$10",
		"model_mapping chat-default updated providerModelId:gpt-5.2>llama-4-70b providerId:openai>groq",
		"model_mapping vision created",
		"provider mistral created",
		"provider_credential openai: primary updated apiKey:***0001>***1001",
		"release Gateway 0.1.4.0 updated version:0.1.3.0>0.1.4.0",
		"virtual_key batch disabled isEnabled:true>false",
		"virtual_key notebook deleted",
		"virtual_key spare updated rateLimitRpm:60>120",
		"virtual_key trial created",
	}
	found := func(live *state.Live) (list []string) {
		for id, c := range live.Changes {
			if _, old := before.Changes[id]; !old {
				list = append(list, said(&c))
			}
		}
		slices.Sort(list)
		return list
	}
	p = d.watch()
	live = p.awaitFor(2*patience, "what was changed meanwhile", func(live *state.Live) bool {
		return len(found(live)) >= len(want) && live.Gateways["prod"].PictureAt == 0
	})
	if diff := cmp.Diff(want, found(&live)); diff != "" {
		t.Errorf("found (-want +got): %s", diff)
	}
	for id, c := range live.Changes {
		if _, old := before.Changes[id]; old || c.Entity == string(event.EntityKeyGroup) {
			continue
		}
		if c.Since == 0 || c.Since > left.UnixMilli() || c.FoundAt <= left.UnixMilli() || c.At < c.Since {
			t.Errorf("%s: since %d, found %d, at %d", said(&c), c.Since, c.FoundAt, c.At)
		}
		if told := c.Action != "deleted"; c.Own != told {
			t.Errorf("%s: the gateway's own time: %v", said(&c), c.Own)
		}
	}
	if k := live.Keys["prod/3"]; k.Today.Or(0) < event.USD(0.3) || k.Total.Or(event.USD(1)) < event.USD(0.3) {
		t.Errorf("of a key that was deleted meanwhile it is said that it spent %v in all and %v today", k.Total, k.Today)
	}
	after := live.Changes
	p.stop()

	p = d.watch()
	live = p.await("all of it read once more", func(live *state.Live) bool { return connected(live) && live.Gateways["prod"].PictureAt == 0 })
	time.Sleep(6 * time.Second) // what is missing is confirmed after five
	live = p.snapshot().Live
	if diff := cmp.Diff(after, live.Changes); diff != "" {
		t.Errorf("after another restart: %s", diff)
	}
	if rows, err := p.History().Changes(t.Context(), "prod", history.Range{}, 0); err != nil || len(rows) != len(after) {
		t.Errorf("the history has %d changes, %d are listed (%v)", len(rows), len(after), err)
	}
}

// A run that is killed within its first minute leaves a picture, too.
func TestAnEarlyEndIsRemembered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	g := serve(t, demo.Options{Script: script(t, rememberedWorld)})
	do(t, g, "chat api cost=0.02")
	d.profile(g)
	p := d.watch()
	began := time.Now()
	p.await("a picture is kept while it runs", func(*state.Live) bool {
		_, err := p.History().Kept(t.Context(), "prod", "picture")
		return err == nil
	})
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("the first picture was kept after %v", took)
	}
}
