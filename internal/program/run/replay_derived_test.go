package run

import (
	"fmt"
	"strings"
	"testing"

	godiff "github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/tools/replay"
)

// derived are recordings whose end was worked out by hand from what was
// recorded and the rules, before it was first played. All others are reviewed
// golden files. In each of August's there is one notification more, when the program
// starts: Research, a group that is no part of these recordings, has used 31 of
// its 40.5 dollars, and a third of the calls of the last hour were streamed,
// which the gateway does not charge.
var derived = []struct {
	gateway, name string
	told          []string // from the recording's beginning on, without those at the program's start
	check         func(t *testing.T, p *played)
}{
	// At 1.09 s the upstream answers 401 once; 1.2 s is the provider's updatedAt,
	// isEnabled false, and the newest fatal failure, InvalidApiKey, is 50 ms older:
	// the gateway did it. Providers are read every 30 s at least, so by +32 s there
	// is one critical notification, at once; the 500s and 429 before it, on the same
	// provider, are explained by it. Four models are mapped to it alone. Time
	// stands still at 5 s for 35 s. At 6.12 s (+41 s) an administrator enables it:
	// told in place, without a sound, after the next read, and no config.changed
	// toast. At 6.41 and 6.48 s the upstream of provider 2 answers 402 twice; the
	// second is the second fatal failure and switches it off. Time stands still at
	// 6.591 s (+41.6 s) for 35 s: a critical notification of its own, new, with sound. At
	// 6.592 s (+76.6 s) it is enabled again; told with the other in one notification, for
	// both are of one group and within a minute of each other.
	// The failures of the upstream before the switch-off are not newer than the
	// provider's last change but are no fatal ones, so they stay shown: degraded,
	// "2 × ServiceUnavailable, 1 × RateLimitExceeded in 10 minutes". Three
	// failures are no rate: nothing is told of them. Provider 2 serves again.
	{replay.Head, "provider-401-storm", []string{
		"critical, new: Fake OpenAI-compatible was switched off by the gateway",
		"critical, new: Fake OpenAI was switched off by the gateway",
		"info, silent: Fake OpenAI-compatible is switched on again",
		"info, silent: 2 providers switched on again",
	}, func(t *testing.T, p *played) {
		one, two := p.snap.Live.Providers["the/1"], p.snap.Live.Providers["the/2"]
		if one.Health != "degraded" || one.SwitchedOff || one.Error != "2 × ServiceUnavailable, 1 × RateLimitExceeded in 10 minutes" || two.Health != "healthy" {
			t.Errorf("providers %+v, %+v", one, two)
		}
	}},

	// Two batches. The first charges keys 1, 2 and 3 with 0.25, 0.4 and 21, the
	// second key 3 with 10; each item is announced twice, and to key 1's and key
	// 3's connections only: three spends, 0.25 and 31 in all. The group of key 3
	// had 40.5: 51.9 % and then 76.5 % are used. The hub says "51.85 %", then
	// "107.69 %", "exceeded" and four alerts in a row, which on an August gateway
	// are no more than a reason to read. So: 50 % is for the list, 75 % is told
	// once, 3 s after it (a warning waits for others); 90 % and 100 % never.
	{replay.Head, "batch-spend-updates", []string{
		"warning, new: Research has used 76 %",
	}, func(t *testing.T, p *played) {
		k1, k3, g := p.snap.Live.Keys["the/1"], p.snap.Live.Keys["the/3"], p.snap.Live.Groups["the/2"]
		if k1.ObservedTotal != int64(event.USD(0.25)) || k3.ObservedTotal != int64(event.USD(31)) || k1.Requests != 1 || k3.Requests != 2 {
			t.Errorf("keys %+v, %+v", k1, k3)
		}
		if g.Balance != event.Known(event.USD(9.5)) || g.OpeningBalance != int64(event.USD(40.5)) || !strings.HasPrefix(g.PeriodID, "topup:2@") {
			t.Errorf("group %+v", g)
		}
	}},

	// A group with 0.05 is charged 0.011 eleven times. The log has each at once;
	// the balance moves with the flushes of every 30 s: 0.017 at 12.6 s (66 %),
	// −0.06 at 41 s. Groups are read every 30 s at least: 66 % passes 50 % only,
	// which is for the list; then −0.06 is over everything: one notification, the
	// highest, by +72 s. At 86.1 s the connection is lost and the new one closed
	// after its handshake: the hub waits a minute. At 88.1 s 5 dollars are added:
	// 4.94, a new budget period, told silently with the next read. One spend more, made
	// after it, is in the log (0.121 in all) and not yet in the balance.
	{replay.Head, "balance-runs-out-while-connected", []string{
		"critical, new: Interns is out of budget",
		"info, silent: Interns has budget again",
	}, func(t *testing.T, p *played) {
		k, g := p.snap.Live.Keys["the/4"], p.snap.Live.Groups["the/3"]
		if k.ObservedTotal != int64(event.USD(0.121)) || k.Requests != 11 {
			t.Errorf("key %+v", k)
		}
		if g.Balance != event.Known(event.USD(4.94)) || g.UsedRatio.Or(-1) != 0 || g.KeyCount != 1 {
			t.Errorf("group %+v", g)
		}
		if l := p.snap.Live.Links["the/notifications"]; l.State != "connected" || l.Resyncs != 2 {
			t.Errorf("link %+v", l)
		}
	}},

	// The database is away from 0.1 s to 6.6 s; time stands still in between for
	// two minutes. Every list but the request log answers 500, the log 200 and
	// empty, and the health of the system says "unhealthy": two lists that fail
	// are enough, told after 30 s. Nothing is deleted and no balance moves by the
	// empty answers. When it is back (+126.6 s), lists are read one by one, those
	// that failed twice after up to a minute; well for 30 s, it is told silently.
	{replay.Head, "database-outage-while-connected", []string{
		"critical, new: The database is down",
		"info, silent: The database answers again",
	}, func(t *testing.T, p *played) {
		if n := len(p.snap.Live.Keys); n != 8 || len(p.snap.Live.Changes) != 0 {
			t.Errorf("%d keys, changes %+v", n, p.snap.Live.Changes)
		}
		if g := p.snap.Live.Groups["the/1"]; g.Balance != event.Known(event.USD(250.304)) {
			t.Errorf("group %+v", g)
		}
	}},

	// A key with a budget of 0.10 is charged 0.02, 0.035, 0.021, 0.016 and 0.01:
	// 20, 55, 76, 92 and 102 %, each announced twice and booked once. The alerts of
	// a July gateway are right and each is verified by a read at once. 55 % is for
	// the list; 76 % a warning, told 3 s later, when 92 % is reached, too, which is
	// told within half a second; then 102 %. Another key is charged 1.25 and 0.75,
	// without a budget. At 19.8 s a new connection of the first key is refused for
	// its budget (401): told as a refused key, by its name, as the other watched
	// keys go on; it sees no event any more. At 21.3 s
	// its spend begins anew and becomes 0.06, which only the list says: 60 %, and
	// the claim of 102 % is over. What was told as critical is told to be well
	// again, in one notification.
	{replay.July, "batch-spend-crossing-budget", []string{
		"warning, new: budget-010 has used 76 %",
		"critical, new: budget-010 has used 92 %",
		"critical, new: budget-010 is out of budget",
		"critical, new: budget-010 (virtual key) is refused",
		"info, silent: budget-010 has budget again",
	}, func(t *testing.T, p *played) {
		k2, k3 := p.snap.Live.Keys["the/2"], p.snap.Live.Keys["the/3"]
		if k3.Total.Or(-1) != event.USD(0.06) || k3.Limit != event.Known(event.USD(0.1)) || k3.UsedRatio.Or(-1) != 0.6 || k3.Trust != "" || k3.Requests != 5 {
			t.Errorf("key %+v", k3)
		}
		if k2.Total.Or(-1) != event.USD(2) || k2.Requests != 2 || k2.Limit.Status() != event.ReadingNone {
			t.Errorf("key %+v", k2)
		}
	}},

	// The gateway checks openai and anthropic once a minute; openai-compatible is
	// "Online" in no time at all, which is no check. It tells a change after three
	// equal checks: bad at 239.5 s, good at 419.6 s, bad at 609.5 s, good at 779.5
	// s, bad at 959.5 s, good at 1139.6 s; the same of both. A provider that is bad
	// for 10 s is told, one notification for both; one that is good for a minute, too.
	// The fourth change within a quarter of an hour makes both unstable, which is
	// told once; what follows is held back. One bad check at 1200 s is no news of
	// the hub, but the list shows it. In the end both are healthy again, and
	// openai-compatible is not monitored, never healthy.
	{replay.July, "provider-health", []string{
		"critical, new: 2 providers unhealthy",
		"info, silent: 2 providers healthy again",
		"critical, new: 2 providers unhealthy",
		"warning: 2 things are unstable",
	}, func(t *testing.T, p *played) {
		for id, want := range map[string]string{"openai": "healthy ", "anthropic": "healthy ", "openai-compatible": "unknown not monitored", "groq": "disabled switched off by an administrator"} {
			if x := p.snap.Live.Providers["the/"+id]; fmt.Sprint(x.Health, " ", x.Error) != want {
				t.Errorf("%s is %s, %q", id, x.Health, x.Error)
			}
		}
	}},
}

func TestRecordingsEndAsDerived(t *testing.T) {
	for _, d := range derived {
		t.Run(d.gateway+"/"+d.name, func(t *testing.T) {
			t.Parallel()
			all, err := replay.Load(d.gateway)
			if err != nil {
				t.Fatal(err)
			}
			r := replay.Find(all, d.name)
			p := play(t, r, sceneOf(r))
			var told []string
			for _, n := range p.said {
				if n.at.Before(p.stage.At(0)) {
					continue
				}
				how := string(n.Severity)
				if n.New {
					how += ", new"
				}
				if n.Silent {
					how += ", silent"
				}
				told = append(told, how+": "+n.Title)
			}
			if diff := godiff.Diff(d.told, told); diff != "" {
				t.Errorf("notices (-derived +told):\n%s", diff)
			}
			d.check(t, &p)
		})
	}
}
