package gateway

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub/hubtest"
)

// first is the announcement of a spend that a second one usually follows.
const first = `[{"totalSpend":0.25,"budget":null,"provider":"openai","model":"gpt-4o","newSpend":0.25}]`

// A spend that is announced once is reported after a while, though nothing more
// comes; the key is the one that the hub for keys named.
func TestHeldBackIsToldInTime(t *testing.T) {
	named := make(chan struct{})
	srv := only(t, map[string]func(*hubtest.Socket, int){
		"virtual-key-management": func(s *hubtest.Socket, _ int) {
			s.Send(hubtest.Event("VirtualKeyStatus", `[{"keyId":7,"keyName":"team","isEnabled":true}]`))
			s.Drain()
		},
		"spend": func(s *hubtest.Socket, nth int) {
			if nth > 1 {
				t.Error("the connection was lost")
			}
			<-named
			s.Send(hubtest.Event("SpendUpdate", first))
			s.Drain()
		},
	})
	to := &sink{}
	watch(t, coreOnly(srv.URL), to)
	await(t, "the key's name", func() bool { return len(of[event.KeyRead](to, "virtual-key-management")) == 1 })
	close(named)
	await(t, "the spend", func() bool { return len(of[*event.SpendRecorded](to, "spend")) == 1 })
	b := of[*event.SpendRecorded](to, "spend")[0]
	if b.Key != "7" || b.Amount != event.PerUSD/4 || b.Model != "gpt-4o" {
		t.Errorf("told %+v", b)
	}
	if u := of[event.Unrecognised](to, ""); len(u) > 0 {
		t.Errorf("unrecognised: %+v", u)
	}
}

// Each key is learnt for its own links, and what is known is not unlearnt.
func TestKeysAreLearntPerKey(t *testing.T) {
	g, err := Open(Config{
		ID: "g", CoreURL: "http://c.example", AdminURL: "http://a.example", MasterKey: secret.New("one"),
		VirtualKeys: []Key{{Secret: secret.New("one")}, {Secret: secret.New("two")}, {ID: "9", Secret: secret.New("three")}},
	}, &sink{})
	if err != nil {
		t.Fatal(err)
	}
	g.learn(secret.New("one"), "1", "")
	g.learn(secret.New("two"), "2", "")
	g.learn(secret.New("two"), "22", "")
	g.learn(secret.New("three"), "3", "")
	got := map[string]bool{}
	for _, l := range g.links {
		key := ""
		for _, name := range []string{"SpendUpdate", "VirtualKeyStatus"} {
			l.dec.Decode("spend", name, []byte(`[{"newSpend":1,"totalSpend":5,"budget":9}]`), time.Now(), func(e event.Event) {
				if b, ok := e.(*event.SpendRecorded); ok {
					key = string(b.Key)
				}
			})
		}
		got[strings.Join([]string{string(l.desc.Plane), reveal(t, l), key}, " ")] = true
	}
	want := map[string]bool{"core one 1": true, "core two 2": true, "core three 9": true, "admin one ": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What waited for more to come is reported when the connection is lost, long
// before its own time, whether the gateway comes back or not.
func TestHeldBackIsToldWhenTheConnectionIsLost(t *testing.T) {
	for _, comesBack := range []bool{true, false} {
		lost := make(chan struct{})
		srv := only(t, map[string]func(*hubtest.Socket, int){"image-generation": func(s *hubtest.Socket, nth int) {
			if nth == 1 {
				s.Send(hubtest.Event("ImageGenerationFailed", `[{"taskId":"img","error":"no luck","isRetryable":false}]`))
				<-lost
				s.Reset()
				return
			}
			s.Drain()
		}})
		to := &sink{}
		g := watch(t, coreOnly(srv.URL), to)
		await(t, "connected", func() bool {
			l := of[event.LinkChanged](to, "image-generation")
			return len(l) > 0 && l[len(l)-1].State == event.LinkConnected && len(of[event.TaskProgressed](to, "")) == 1
		})
		began := time.Now()
		close(lost)
		if !comesBack {
			srv.Stop()
		}
		await(t, "the failure", func() bool {
			tasks := of[event.TaskProgressed](to, "image-generation")
			return len(tasks) == 2 && tasks[1].Status == event.TaskFailed
		})
		if took := time.Since(began); took > 12*time.Second { // its own time is 15 s
			t.Errorf("told after %v", took)
		}
		g.stop()
		if comesBack && !toldBefore(to) {
			t.Error("told behind the reconnection")
		}
	}
}

// toldBefore reports whether the failed task was reported before the hub was said
// to be there again.
func toldBefore(s *sink) bool {
	for _, env := range s.all() {
		switch b := env.Body.(type) {
		case event.TaskProgressed:
			if b.Status == event.TaskFailed {
				return true
			}
		case event.Resynchronised:
			if !b.First {
				return false
			}
		}
	}
	return false
}

// What is in hand when everything stops is reported, too.
func TestHeldBackIsToldAtTheEnd(t *testing.T) {
	srv := only(t, map[string]func(*hubtest.Socket, int){"image-generation": func(s *hubtest.Socket, _ int) {
		s.Send(hubtest.Event("ImageGenerationFailed", `[{"taskId":"img","error":"no luck","isRetryable":false}]`))
		s.Drain()
	}})
	to := &sink{}
	g := watch(t, coreOnly(srv.URL), to)
	await(t, "the attempt", func() bool { return len(of[event.TaskProgressed](to, "image-generation")) == 1 })
	g.stop()
	if tasks := of[event.TaskProgressed](to, "image-generation"); len(tasks) != 2 || tasks[1].Status != event.TaskFailed {
		t.Errorf("told %+v", tasks)
	}
}

// reveal is what a link connects with.
func reveal(t *testing.T, l *link) string {
	t.Helper()
	s, err := l.token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Reveal()
}
