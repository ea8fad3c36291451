package gateway

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub/hubtest"
	"gatewatch/internal/sources/wire"
	"gatewatch/internal/tools/replay"
)

// These tests send what was recorded through a real ASP.NET Core server, which
// writes the arguments anew in its own way, over real WebSockets into hubs and
// decoders. Out must come the events that the frames give when they are decoded
// as they were recorded.

// mapped are the hubs that the server has; what others sent goes through its
// hub without a name, which stands where model-discovery is.
var mapped = []string{
	"spend", "notifications", "tasks", "image-generation", "video-generation", "webhooks", "virtual-key-management", "admin-notifications",
}

const unmapped = "model-discovery"

// sent is one recorded invocation and the hub that it goes through.
type sent struct {
	hub, target string
	arguments   json.RawMessage
}

func sentOf(r *replay.Recording) (list []sent) {
	for _, l := range r.Lines {
		var f struct {
			Type      int
			Target    string
			Arguments json.RawMessage
		}
		if json.Unmarshal([]byte(l.In), &f) != nil || f.Type != 1 {
			continue
		}
		name, _ := r.Hub(l.Conn)
		if !slices.Contains(mapped, name) {
			name = unmapped
		}
		list = append(list, sent{name, f.Target, f.Arguments})
	}
	return list
}

// front stands before the server: it has the few lists by which a gateway is
// known, and the hub without a name under another one.
func front(t *testing.T, peer string, dialect wire.Dialect) string {
	to, err := url.Parse(peer)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.URL.Path = strings.Replace(r.Out.URL.Path, "/hubs/"+unmapped, "/hubs/open", 1)
	}}
	lists := map[string]string{"/api/SystemInfo/health": `{"status":"healthy"}`}
	if dialect == wire.DialectAugust {
		lists["/api/VirtualKeyGroups"] = `[]`
	} else {
		lists["/api/ProviderHealth/statuses"] = `{}`
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, known := lists[r.URL.Path]
		switch {
		case strings.HasPrefix(r.URL.Path, "/hubs/"):
			proxy.ServeHTTP(w, r)
		case known:
			_, _ = io.WriteString(w, body)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestRecordingsThroughARealServer(t *testing.T) {
	peer := hubtest.StartPeer(t)
	for name, dialect := range map[string]wire.Dialect{replay.Head: wire.DialectAugust, replay.July: wire.DialectJuly} {
		all, err := replay.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		url := front(t, peer.URL, dialect)
		frames := 0
		for _, r := range all {
			list := sentOf(r)
			if len(list) == 0 {
				continue
			}
			frames += len(list)
			t.Run(name+"/"+r.Name, func(t *testing.T) {
				want := direct(list, dialect)
				for try := 1; ; try++ {
					got, gap := through(t, peer, url, list)
					diff := cmp.Diff(want, got)
					if diff == "" {
						return
					}
					// Two announcements of one spend belong together for two
					// seconds. A machine that stood still for one decides nothing.
					if gap < time.Second || try == 3 {
						t.Fatalf("events, decoded at once and over the server, with a gap of %v (-direct +server):\n%s", gap, diff)
					}
				}
			})
		}
		if frames < 150 {
			t.Errorf("%s: only %d frames", name, frames)
		}
	}
}

// direct decodes the invocations as a link would, one decoder for each hub.
func direct(list []sent, dialect wire.Dialect) (events []string) {
	now := time.Now()
	decoders := map[string]*wire.Decoder{}
	take := func(e event.Event) { events = append(events, timeless(e)) }
	for _, s := range list {
		if decoders[s.hub] == nil {
			decoders[s.hub] = wire.New(wire.Options{Key: "7", Dialect: dialect})
		}
		decoders[s.hub].Decode(s.hub, s.target, s.arguments, now, take)
	}
	for _, d := range decoders {
		d.Drain(now, take)
	}
	slices.Sort(events)
	return events
}

// last is the target of what is sent at the end to each hub; nobody knows it.
const last = "NothingFollows"

// through sends the invocations through the server to a gateway that is
// watched, and returns the events and the longest time between two of them.
func through(t *testing.T, peer *hubtest.Peer, url string, list []sent) (events []string, gap time.Duration) {
	t.Helper()
	s := &sink{}
	g := watch(t, Config{
		ID: "g", CoreURL: url, AdminURL: url, Hub: quick(),
		VirtualKeys: []Key{{ID: "7", Secret: secret.New("ok-recorded")}}, MasterKey: secret.New("admin-recorded"),
	}, s)
	for _, m := range []event.Medium{event.MediumImage, event.MediumVideo} {
		g.tasks.add(event.TaskID("one-"+m), m) // else the hubs of tasks stay away
	}
	for _, name := range append([]string{unmapped}, mapped...) {
		await(t, name, func() bool { return len(of[event.Resynchronised](s, name)) > 0 })
	}
	await(t, "the lists", func() bool {
		return slices.ContainsFunc(of[event.LinkChanged](s, "rest"), func(l event.LinkChanged) bool { return l.State == event.LinkConnected })
	})
	for _, l := range g.links {
		l.mu.Lock()
		l.used = time.Now().Add(time.Hour) // the server refuses to subscribe; stay all the same
		l.mu.Unlock()
	}
	client := &http.Client{Timeout: patience, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	at := time.Now()
	used := map[string]bool{}
	for _, x := range list {
		send(t, client, peer.URL, x)
		used[x.hub] = true
		gap, at = max(gap, time.Since(at)), time.Now()
	}
	for name := range used {
		send(t, client, peer.URL, sent{name, last, json.RawMessage("[]")})
	}
	for name := range used {
		await(t, name+" to the end", func() bool {
			return slices.ContainsFunc(of[event.Unrecognised](s, name), func(u event.Unrecognised) bool { return u.Target == last })
		})
	}
	g.stop() // reports what was held back
	for _, env := range s.all() {
		if env.Source.Via == event.ViaHub && !ours(env.Body) {
			events = append(events, timeless(env.Body))
		}
	}
	slices.Sort(events)
	return events, gap
}

func send(t *testing.T, client *http.Client, peer string, x sent) {
	t.Helper()
	hub := x.hub
	if hub == unmapped {
		hub = "open"
	}
	q := url.Values{"hub": {hub}, "target": {x.target}}
	res, err := client.Post(peer+"/ctl/send?"+q.Encode(), "application/json", strings.NewReader(string(x.arguments)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", x.target, res.Status, err)
	}
}

// ours reports whether an event is about the connection and not of the recording.
func ours(e event.Event) bool {
	switch b := e.(type) {
	case event.LinkChanged, event.LinkMeasured, event.Resynchronised, event.BacklogDropped:
		return true
	case event.Reply:
		return b.Refused && strings.HasPrefix(b.Target, "Subscribe") // the server has no such methods
	case event.Unrecognised:
		return b.Target == last
	}
	return false
}

// timeless writes an event down without its times: recorded ones are too long ago
// to be believed, and arrival is another each time.
func timeless(e event.Event) string {
	from := reflect.Indirect(reflect.ValueOf(e))
	v := reflect.New(from.Type()).Elem()
	v.Set(from)
	for _, f := range v.Fields() {
		if f.Type() == reflect.TypeFor[time.Time]() {
			f.SetZero()
		}
	}
	return fmt.Sprintf("%s %+v", e.Kind(), v.Interface())
}
