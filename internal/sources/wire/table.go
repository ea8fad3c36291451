package wire

import (
	"maps"
	"sync"
)

// row says how the arguments of one target are read. The forms are tried in
// this order: an object as first argument, an array as first argument,
// positional arguments. A row with ignored set carries no event, and says why.
type row struct {
	object     func(d *Decoder, b []byte, list bool) outcome
	list       func(d *Decoder, v value)
	positional func(d *Decoder, args []value)
	ignored    string
}

// wants says which form was expected.
func (r *row) wants() string {
	switch {
	case r.object != nil && r.positional != nil:
		return "neither an object nor positional"
	case r.object != nil && r.list != nil:
		return "neither an object nor an array"
	case r.object != nil:
		return "not an object"
	case r.list != nil:
		return "not an array"
	}
	return "not positional"
}

// wireStruct is a pointer to a struct of raw fields.
type wireStruct[T any] interface {
	*T
	slots
}

// object makes a form that fills a wire struct and has read turn it into
// events. read must not keep the struct or its values.
func object[T any, P wireStruct[T]](read func(d *Decoder, w P)) func(*Decoder, []byte, bool) outcome {
	pool := sync.Pool{New: func() any { return P(new(T)) }}
	return func(d *Decoder, b []byte, list bool) outcome {
		w, _ := pool.Get().(P)
		out := d.fill(b, list, w, nil)
		if out == filled {
			read(d, w)
		}
		*w = *new(T)
		pool.Put(w)
		return out
	}
}

// frequent is object for targets that come by the thousand: it remembers in
// which order their fields come. The slots must lie in the wire struct itself,
// and read must not decode another message of the target.
func frequent[T any, P wireStruct[T]](read func(d *Decoder, w P)) func(*Decoder, []byte, bool) outcome {
	type kept struct {
		fields T
		usual  fieldOrder // points into fields
	}
	of := new(byte)
	return func(d *Decoder, b []byte, list bool) outcome {
		f, _ := d.form(of).(*kept)
		if f == nil {
			f = new(kept)
			d.forms = append(d.forms, form{of, f})
		}
		out := d.fill(b, list, P(&f.fields), &f.usual)
		if out == filled {
			read(d, &f.fields)
		}
		f.fields = *new(T)
		return out
	}
}

// form is what a decoder keeps of one frequent target, to fill again.
type form struct {
	of   *byte // which target's
	kept any
}

// form is what was kept of a target; nil if nothing was.
func (d *Decoder) form(of *byte) any {
	for i := range d.forms {
		if d.forms[i].of == of {
			return d.forms[i].kept
		}
	}
	return nil
}

// tables are the rows of every topic, which stand in the topic's file.
var tables = []map[string]row{
	spendRows, keyRows, providerRows, taskRows, batchRows, changeRows, alertRows, webhookRows, replyRows, ignoredRows,
}

// table is every target that is known, on whatever hub it comes. Names differ
// between hubs only in their shape, which the forms tell apart.
var table = joined(tables)

func joined(tables []map[string]row) map[string]row {
	all := map[string]row{}
	for _, rows := range tables {
		maps.Copy(all, rows)
	}
	return all
}
