package secret_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gatewatch/internal/foundation/secret"
)

func TestSecretsCannotBePrinted(t *testing.T) {
	s := secret.New("hunter2")
	held := struct {
		Key secret.String
		Ptr *secret.String
	}{s, &s}
	var b strings.Builder
	log := slog.New(slog.NewJSONHandler(&b, nil))
	log.Info("connect", "key", s, "held", held)
	text := slog.New(slog.NewTextHandler(&b, nil))
	text.Info("connect", "key", s, "held", held)
	j, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s), fmt.Sprintf("%v %+v %#v", held, held, held),
		fmt.Errorf("refused: %v", s).Error(), string(j), b.String(),
	} {
		if strings.Contains(shown, "hunter2") {
			t.Errorf("the secret is shown: %s", shown)
		}
		if !strings.Contains(shown, "[secret]") {
			t.Errorf("nothing shows that there is a secret: %s", shown)
		}
	}
	if s.Reveal() != "hunter2" || !s.Set() || !s.Equal(secret.New("hunter2")) || s.Equal(secret.String{}) {
		t.Error("the secret itself is not kept")
	}
	if none := (secret.String{}); none.Set() || none.String() != "" {
		t.Error("the zero value is not \"no secret\"")
	}
}
