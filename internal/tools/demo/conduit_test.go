package demo

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// asked is what a rehearsal's gateway answers; admin paths begin with /api or
// /admin.
func (r *rehearsal) asked(t *testing.T, method, path, body string, headers ...string) (int, string) {
	t.Helper()
	a := core
	if strings.HasPrefix(path, "/api/") {
		a = admin
	}
	if p, ok := strings.CutPrefix(path, "/admin"); ok {
		a, path = admin, p
	}
	req := httptest.NewRequest(method, path, nil)
	if len(headers) == 0 {
		req.Header.Set("X-API-Key", map[area]string{core: DefaultVirtualKey, admin: DefaultMasterKey}[a])
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	answer := r.stage.speech.(*conduit).answer(req, a, []byte(body))
	if answer.wait != nil {
		return 0, "hangs"
	}
	rec := httptest.NewRecorder()
	answer.late = 0
	(&Gateway{stage: r.stage}).write(rec, req, answer)
	return rec.Code, rec.Body.String()
}

// Every embedded scenario of the real gateway must be without a mistake, say
// in its first line what it is, and play without a step that cannot be done.
func TestConduitScenariosPlay(t *testing.T) {
	for _, name := range Scenarios(Conduit) {
		t.Run(name, func(t *testing.T) {
			s, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			if s.Title() == "" || len(s.Expectations()) == 0 || s.Dialect() != Conduit {
				t.Errorf("title %q, %d expectations, dialect %s", s.Title(), len(s.Expectations()), s.Dialect())
			}
			r := rehearse(t, s, Options{}, s.Length()+10*time.Minute)
			if s.Loops() == r.ended {
				t.Errorf("loops: %v, ended: %v", s.Loops(), r.ended)
			}
			if n := len(r.stage.speech.(*conduit).log); n < 50 {
				t.Errorf("no more than %d calls in its log", n)
			}
		})
	}
}

// The same seed plays the same, on the hubs and in the lists; another does
// not.
func TestConduitSameSeedSameWorld(t *testing.T) {
	lists := []string{
		"/api/VirtualKeys", "/api/VirtualKeyGroups", "/api/ProviderCredentials", "/api/ModelProviderMapping",
		"/api/Analytics/logs?pageSize=100", "/api/provider-errors/recent", "/api/GlobalSettings", "/api/SystemInfo/info",
	}
	for _, name := range Scenarios(Conduit) {
		t.Run(name, func(t *testing.T) {
			s, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			play := func(seed uint64) (frames []played, bodies []string) {
				r := rehearse(t, s, Options{Seed: seed}, 4*time.Minute)
				for _, path := range lists {
					_, body := r.asked(t, http.MethodGet, path, "")
					bodies = append(bodies, body)
				}
				return r.frames, bodies
			}
			frames, bodies := play(7)
			again, bodiesAgain := play(7)
			if !slices.Equal(frames, again) {
				t.Error("two rehearsals with one seed tell different things")
			}
			if diff := cmp.Diff(bodies, bodiesAgain); diff != "" {
				t.Errorf("two rehearsals with one seed answer different things:\n%s", diff)
			}
			if _, other := play(8); slices.Equal(bodies, other) {
				t.Error("the seed changes nothing")
			}
		})
	}
}
