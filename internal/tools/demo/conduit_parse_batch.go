package demo

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// parseBatch reads a batch of spends, of changes to keys, or of webhooks.
func parseBatch(words []word) (action, error) {
	a := newArgs(words, "to", "by", "model", "over", "failed")
	what := a.oneOf("what the batch is of", "spend", "update", "webhooks")
	by, over := a.named["by"], 40*time.Millisecond
	if text, ok := a.named["over"]; ok {
		_, over = a.durations("over=", text)
	}
	var items func(*conduit) ([]batchItem, error)
	parallel := map[string]int{"spend": 10, "update": 5, "webhooks": 20}[what]
	kind := map[string]string{"spend": "spend_update", "update": "virtual_key_update", "webhooks": "webhook_send"}[what]
	switch what {
	case "spend":
		items = spendItems(a)
	case "update":
		items = updateItems(a)
	default:
		items = webhookItems(a)
	}
	return inConduit(func(c *conduit) error {
		list, err := items(c)
		if err != nil || len(c.keys) == 0 {
			return err
		}
		who := c.keys[0]
		if by != "" {
			if who, err = c.key(by); err != nil {
				return err
			}
		}
		c.run(batch{kind: kind, parallel: parallel, by: who, over: over, items: list})
		return nil
	}), a.end()
}

// spendItems reads KEY AMOUNT, again and again, or KEY with to=N%: so much that
// N percent of the group's balance are used.
func spendItems(a *args) func(*conduit) ([]batchItem, error) {
	type spend struct {
		key    string
		amount usd
	}
	var list []spend
	to, share := a.named["to"]
	var goal usd
	if share {
		goal = a.money("to=", strings.TrimSuffix(to, "%"))
		list = append(list, spend{key: a.word("the key")})
	}
	for !share && (len(a.words) > 0 || len(list) == 0) && a.err == nil {
		list = append(list, spend{a.word("the key"), a.sum("the amount", a.word("the amount"))})
	}
	model := a.named["model"]
	return func(c *conduit) (items []batchItem, err error) {
		if len(c.routes) == 0 {
			return nil, errors.New("there is no mapping to book for")
		}
		r := c.routes[0]
		if model != "" {
			if r, err = c.route(model); err != nil {
				return nil, err
			}
		}
		for _, b := range list {
			k, err := c.key(b.key)
			if err != nil {
				return nil, err
			}
			if share {
				if b.amount, err = k.group.upTo(goal); err != nil {
					return nil, err
				}
			}
			items = append(items, c.spendItem(k, b.amount, r))
		}
		return items, nil
	}
}

// upTo is how much must be booked until so many percent, in billionths, of a
// group's balance are used.
func (g *group) upTo(percent usd) (usd, error) {
	goal, err := g.base.percent(percent)
	if err != nil {
		return 0, err
	}
	if amount := goal - (g.base - g.balance); amount > 0 {
		return amount - amount%1000, nil
	}
	return 0, fmt.Errorf("%.2f %% of %s are used, more than that", g.usedRatio(), g.name)
}

func updateItems(a *args) func(*conduit) ([]batchItem, error) {
	verb := a.oneOf("what is done", "enable", "disable")
	names := a.commas("the keys", a.word("the keys"))
	return func(c *conduit) (items []batchItem, err error) {
		for _, name := range names {
			k, err := c.key(name)
			if err != nil {
				return nil, err
			}
			off := verb == "disable"
			property := "IsEnabled: True"
			if off {
				property = "IsEnabled: False"
			}
			items = append(items, c.changeItem(k, func() { k.disabled = off }, []string{property}))
		}
		return items, nil
	}
}

func webhookItems(a *args) func(*conduit) ([]batchItem, error) {
	n := a.number("how many", a.word("how many"), 1, 10_000)
	failed := a.int("failed", 0, 0, n)
	return func(*conduit) (items []batchItem, err error) {
		type delivered struct {
			StatusCode   int `json:"statusCode"`
			ResponseTime int `json:"responseTime"`
		}
		for i := range n {
			item := batchItem{name: fmt.Sprintf("https://hooks.example/%d", i+1), data: delivered{200, 4 + i%9}}
			if i >= n-failed {
				item.fail = "HTTP 500: Internal Server Error"
			}
			items = append(items, item)
		}
		return items, nil
	}
}
