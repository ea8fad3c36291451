package hub

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// negotiation is what a hub asks first, with our key.
func negotiation(t *testing.T, hub int) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprintf("http://gateway/hubs/h%d/negotiate", hub), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer k")
	return req
}

func answered(status int) *http.Response {
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(""))}
}

// all negotiates for five hubs at once, and returns what they were answered.
func (a *admission) all(t *testing.T, do func(*http.Request) (*http.Response, error)) (statuses [5]int) {
	t.Helper()
	var wait sync.WaitGroup
	for i := range statuses {
		req := negotiation(t, i)
		wait.Go(func() {
			if res, err := a.roundTrip(req, do); err == nil {
				statuses[i] = res.StatusCode
				_ = res.Body.Close()
			}
		})
	}
	wait.Wait()
	return statuses
}

// A gateway that begins to refuse a key drops all connections at once, and all of them
// negotiate at once: the key is sent once, though it was let in before.
func TestAKeyThatIsRefusedLaterIsSentOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, sent, status := newAdmission(NewRefusals()), atomic.Int32{}, http.StatusOK
		do := func(*http.Request) (*http.Response, error) {
			sent.Add(1)
			time.Sleep(100 * time.Millisecond) // under load an answer takes its time
			return answered(status), nil
		}
		if got := a.all(t, do); got != [5]int{200, 200, 200, 200, 200} || sent.Load() != 5 {
			t.Fatalf("let in: %v, %d sent", got, sent.Load())
		}
		time.Sleep(time.Minute)
		sent.Store(0)
		status = http.StatusUnauthorized
		if got := a.all(t, do); got != [5]int{401, 401, 401, 401, 401} || sent.Load() != 1 {
			t.Errorf("refused: %v, the key was sent %d times", got, sent.Load())
		}
	})
}

// What hangs is no refusal: others do not wait long for it.
func TestAScoutThatHangsHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAdmission(NewRefusals())
		a.all(t, func(*http.Request) (*http.Response, error) { return answered(http.StatusOK), nil })
		time.Sleep(time.Minute)
		began, first := time.Now(), atomic.Bool{}
		a.all(t, func(*http.Request) (*http.Response, error) {
			if first.CompareAndSwap(false, true) {
				time.Sleep(time.Minute)
				return nil, io.ErrUnexpectedEOF
			}
			if took := time.Since(began); took > scoutPatience {
				t.Errorf("waited %v", took)
			}
			return answered(http.StatusOK), nil
		})
	})
}
