package wire

import (
	"bytes"
	"encoding/json"
)

// stdFill does what scanFill does, with encoding/json and no speed.
func stdFill(b []byte, list bool, s slots) outcome {
	if !json.Valid(b) {
		return malformed
	}
	v := value(bytes.TrimSpace(b))
	if list {
		if v.kind() != '[' {
			return malformed // arguments are an array, by the protocol
		}
		v = stdFirst(v)
	}
	if v.kind() != '{' {
		return notObject
	}
	stdFields(v, func(name string, field value) {
		if to := s.slot([]byte(name)); to != nil {
			*to = field
		}
	})
	return filled
}

// stdFirst is the first element of a valid array; absent if it is empty.
func stdFirst(v value) value {
	var all []json.RawMessage
	if err := json.Unmarshal(v, &all); err != nil || len(all) == 0 {
		return nil
	}
	return value(all[0])
}

// stdList calls yield for every element of a valid array.
func stdList(v value, yield func(value)) outcome {
	if v.kind() != '[' {
		return notObject
	}
	var all []json.RawMessage
	if err := json.Unmarshal(v, &all); err != nil {
		return malformed
	}
	for _, e := range all {
		yield(value(e))
	}
	return filled
}

// stdFields calls yield for every field of a valid object, in order, twice if
// it is there twice.
func stdFields(v value, yield func(name string, field value)) {
	dec := json.NewDecoder(bytes.NewReader(v))
	if _, err := dec.Token(); err != nil {
		return
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return
		}
		var field json.RawMessage
		if err := dec.Decode(&field); err != nil {
			return
		}
		if text, ok := name.(string); ok {
			yield(text, value(field))
		}
	}
}
