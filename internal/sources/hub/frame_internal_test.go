package hub

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// frames splits data that comes in the given pieces.
func frames(pieces [][]byte) (out []string, rest string) {
	var s splitter
	var buf []byte
	for _, p := range pieces {
		buf = append(buf, p...)
		for {
			frame, behind, ok := s.next(buf)
			if !ok {
				break
			}
			out = append(out, string(frame))
			buf = behind
		}
	}
	return out, string(buf)
}

// cut cuts data where cuts says, each the length of the next piece.
func cut(data, cuts []byte) [][]byte {
	var pieces [][]byte
	for _, c := range cuts {
		n := min(int(c), len(data))
		pieces = append(pieces, data[:n])
		data = data[n:]
	}
	return append(pieces, data)
}

func FuzzSplitter(f *testing.F) {
	f.Add([]byte("{}\x1e{\"type\":6}\x1etail"), []byte{1, 2, 0, 5})
	f.Add([]byte("\x1e\x1e\x1e"), []byte{1, 1})
	f.Add([]byte("no end"), []byte{})
	f.Fuzz(func(t *testing.T, data, cuts []byte) {
		got, rest := frames(cut(data, cuts))
		if strings.Join(append(got, rest), "\x1e") != string(data) {
			t.Errorf("%q cut at %v gives %q and %q", data, cuts, got, rest)
		}
		if len(got) != strings.Count(string(data), "\x1e") {
			t.Errorf("%q gives %d frames", data, len(got))
		}
	})
}

// FuzzQuickEvent compares the quick reader with a whole parser.
func FuzzQuickEvent(f *testing.F) {
	for _, s := range []string{
		`{"type":1,"target":"A","arguments":[]}`,
		`{"type":1,"target":"A","arguments":[{"a":["]}",1,{}]},"\\\""]}`,
		`{"type":1,"target":"A","arguments":[1],"streamIds":["1"]}`,
		`{"type":1,"target":"A","arguments":[1]}}`,
		`{"type":1,"target":"A\"","arguments":[1]}`,
		`{"type":1,"target":"A","arguments":["]}`,
		`{"type":1,"target":"A","arguments":[1}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		name, args, ok := quickEvent(frame)
		if !json.Valid(frame) {
			return // what is inside the brackets is for the handler to find out
		}
		var e hubMessage
		dec := json.NewDecoder(bytes.NewReader(frame))
		err := dec.Decode(&e)
		if !ok {
			return
		}
		if err != nil || e.Type == nil || *e.Type != 1 || e.InvocationID != "" || e.Target == nil {
			t.Fatalf("%s was taken for an event: %v", frame, err)
		}
		if string(e.Arguments) != string(args) {
			t.Errorf("%s: arguments %s, want %s", frame, args, e.Arguments)
		}
		if want := strings.ToValidUTF8(*e.Target, ""); want == *e.Target && !bytes.ContainsRune(name, '\ufffd') && validText(name) && want != string(name) {
			t.Errorf("%s: name %s, want %s", frame, name, want)
		}
	})
}

func validText(b []byte) bool { return string(bytes.ToValidUTF8(b, nil)) == string(b) }

// TestQuickEventIsUsed: the usual shape takes the quick way, or it would be of no use.
func TestQuickEventIsUsed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOf(rapid.OneOf(
			rapid.String().AsAny(), rapid.Int().AsAny(), rapid.Bool().AsAny(),
			rapid.MapOf(rapid.String(), rapid.SliceOf(rapid.String())).AsAny(),
		)).Draw(t, "args")
		raw, err := json.Marshal(args)
		if err != nil {
			t.Fatal(err)
		}
		frame := fmt.Appendf(nil, `{"type":1,"target":"T","arguments":%s}`, raw)
		name, got, ok := quickEvent(frame)
		if !ok || string(name) != "T" || string(got) != string(raw) {
			t.Fatalf("%s gives %s %s %v", frame, name, got, ok)
		}
	})
}

// FuzzEventStream: however a stream is cut, the same data comes out.
func FuzzEventStream(f *testing.F) {
	f.Add([]byte(":\r\ndata: {}\x1e\r\n\r\ndata:a\ndata: b\n\n"), []byte{1, 3, 1, 4})
	f.Add([]byte("event: x\rdata\n: y\nid:1\ndatax: no\n data: no\n"), []byte{2, 2, 2})
	f.Fuzz(func(t *testing.T, stream, cuts []byte) {
		var whole, parts eventParser
		want := whole.add(nil, stream)
		var got []byte
		for _, p := range cut(stream, cuts) {
			got = parts.add(got, p)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%q cut at %v gives %q, whole %q", stream, cuts, got, want)
		}
		var simple []byte
		for line := range strings.FieldsFuncSeq(string(stream), func(r rune) bool { return r == '\r' || r == '\n' }) {
			if v, ok := strings.CutPrefix(line, "data:"); ok {
				simple = append(simple, strings.TrimPrefix(v, " ")...)
			}
		}
		if !bytes.Equal(want, simple) && validText(stream) {
			t.Errorf("%q gives %q, want %q", stream, want, simple)
		}
	})
}

// TestLongFramesAreReadOnce: the time for a frame grows with its length, not
// with its square. The quadratic way takes minutes here.
func TestLongFramesAreReadOnce(t *testing.T) {
	var s splitter
	piece := bytes.Repeat([]byte("x"), 512)
	buf := make([]byte, 0, 40<<20)
	for len(buf) < 32<<20 {
		buf = append(buf, piece...)
		if _, _, ok := s.next(buf); ok {
			t.Fatal("there is no end")
		}
		if s.scanned != len(buf) {
			t.Fatalf("%d of %d bytes would be looked at again", len(buf)-s.scanned, len(buf))
		}
	}
	frame, rest, ok := s.next(append(buf, '\x1e', 'y'))
	if !ok || len(frame) != len(buf) || string(rest) != "y" {
		t.Error("the end was not found")
	}
}

func TestArrayLen(t *testing.T) {
	for in, want := range map[string]int{
		`[]`: 2, `[]x`: 2, `[1,[2,{"a":"]"}]] `: 17, `["\\"]`: 6, `["\""]`: 6, `["]`: -1, `[`: -1, `["\`: -1, ``: -1,
	} {
		if got := arrayLen([]byte(in)); got != want {
			t.Errorf("%s: %d, want %d", in, got, want)
		}
	}
}

func TestRedactor(t *testing.T) {
	r := newRedactor()
	r.learn(secretOf("k3y-of-mine"))
	tests := map[string]string{
		"the key k3y-of-mine is wrong":                      "the key [secret] is wrong",
		`Get "http://h/x?id=abc&a=1&access_token=zzz": EOF`: `Get "http://h/x?id=[secret]&a=1&access_token=[secret]": EOF`,
		"Authorization: Bearer abc.def":                     "Authorization: Bearer [secret]",
		"proxyconnect http://user:pass@proxy:3128: refused": "proxyconnect http://[secret]@proxy:3128: refused",
		"proxyconnect http://user:p@ss@proxy:3128: refused": "proxyconnect http://[secret]@proxy:3128: refused",
		"providerId=3 and grid=4 stay":                      "providerId=3 and grid=4 stay",
		"nothing here":                                      "nothing here",
	}
	for in, want := range tests {
		if diff := cmp.Diff(want, r.text(in)); diff != "" {
			t.Errorf("%s: %s", in, diff)
		}
	}
	if got := r.sample([]byte("a\x00b\u202ek3y-of-mine"+strings.Repeat("é", 100)), 20); got != "a b [secret]éééééééé" {
		t.Errorf("%q", got)
	}
}
