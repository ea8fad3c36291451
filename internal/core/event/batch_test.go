package event

import (
	"testing"
	"time"
)

func TestABatchIsUsedAgain(t *testing.T) {
	var b Batch
	const n = 3*spendsPerBlock + 5 // some pieces, and a part of one
	fill := func() (all []*SpendRecorded) {
		for i := range n {
			s := b.NewSpend()
			if *s != (SpendRecorded{}) {
				t.Fatalf("spend %d is not empty: %+v", i, s)
			}
			s.Amount = NanoUSD(i + 1)
			b.Add(Envelope{Seq: uint64(i + 1), Body: s})
			all = append(all, s)
		}
		return all
	}
	first := fill()
	for i, env := range b.Events {
		if s, _ := env.Body.(*SpendRecorded); s != first[i] || s.Amount != NanoUSD(i+1) {
			t.Fatalf("spend %d has moved: %+v", i, s)
		}
	}
	kept := b.Events[7].Clone()
	b.Reset()
	if len(b.Events) != 0 || first[7].Amount != 0 {
		t.Errorf("after Reset: %d facts, %+v", len(b.Events), first[7])
	}
	if s, _ := kept.Body.(*SpendRecorded); s.Amount != 8 || kept.Seq != 8 {
		t.Errorf("kept %+v", s)
	}
	if second := fill(); second[0] != first[0] || second[n-1] != first[n-1] {
		t.Error("other memory is used the second time")
	}
	b.Reset()
	if allocs := testing.AllocsPerRun(10, func() { b.NewSpend(); b.Reset() }); allocs != 0 {
		t.Errorf("%v allocations for a spend of a batch used before", allocs)
	}
}

func TestKeepLeavesOtherFactsAlone(t *testing.T) {
	at := time.Unix(1, 0)
	e := Envelope{Seq: 3, At: at, Source: &Source{Gateway: "g"}, Body: KeyRead{Key: "7"}}
	if e.Clone() != e {
		t.Errorf("%+v", e.Clone())
	}
}
