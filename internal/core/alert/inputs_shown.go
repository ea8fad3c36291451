package alert

import (
	"gatewatch/internal/core/event"
	"gatewatch/internal/core/state"
)

// InputsShown adds to in what live shows of what was measured: Traffic, Uncharged
// and Paid, which else follow from events that no history keeps.
func InputsShown(in Inputs, live *state.Live) Inputs {
	in.Traffic, in.Uncharged, in.Paid = map[string]Traffic{}, map[string]Audit{}, map[string]PaidErrors{}
	for id, p := range live.Providers {
		if p.TrafficAt > 0 {
			in.Traffic[id] = Traffic{
				Requests: int(p.RecentRequests), Failed: int(p.RecentFailed), P95MS: p.P95MS, BaselineP95MS: p.BaselineP95MS,
				Models: max(0, int(p.Served)), Uncovered: max(0, int(p.WithoutFallback)), LastFailed: msTime(p.LastFailedAt),
				Served: int(p.ServedSince), Row: int(p.FailedInRow), RowSince: msTime(p.RowSince), At: msTime(p.TrafficAt),
			}
		}
	}
	for id, g := range live.Gateways {
		if g.AuditAt > 0 {
			in.Uncharged[id] = Audit{Calls: int(g.Calls), Uncharged: int(g.Uncharged), At: msTime(g.AuditAt)}
		}
	}
	for id, k := range live.Keys {
		if at := live.Gateways[k.Gateway].AuditAt; k.PaidErrors > 0 && at > 0 {
			in.Paid[id] = PaidErrors{Count: int(k.PaidErrors), Requests: int(k.HourRequests), Cost: event.NanoUSD(k.PaidFor), At: msTime(at)}
		}
	}
	return in
}
