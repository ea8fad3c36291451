package cli

import (
	"strings"

	"github.com/alecthomas/kong"
)

// command is one command of the grammar, as the manual and the completions
// of shells need it.
type command struct {
	name    string // "" for the program without a command
	help    string
	options []option
	args    []option
}

// option is a flag, or an argument without dashes.
type option struct {
	name   string
	short  string
	help   string
	value  string   // what stands for its value, "" if it takes none
	preset string   // its value if it is not given
	words  []string // the values that it may have, if they are known
	ask    string   // arguments of ours that print its values
	file   bool     // its value is a file
}

// describe lists the program itself and then its commands, in their order.
func describe(app *kong.Node) []command {
	whole := command{help: app.Help, options: options(app.Flags)}
	if d := app.DefaultCmd; d != nil {
		whole.options = append(whole.options, options(d.Flags)...)
		whole.args = arguments(d)
	}
	all := []command{whole}
	for _, n := range app.Children {
		if n.Type == kong.CommandNode && !n.Hidden && n != app.DefaultCmd {
			all = append(all, command{name: n.Name, help: n.Help, options: options(n.Flags), args: arguments(n)})
		}
	}
	return all
}

func options(flags []*kong.Flag) []option {
	var all []option
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		o := describeValue(f.Value)
		if f.Short != 0 {
			o.short = string(f.Short)
		}
		if !f.IsBool() {
			o.value, o.preset = f.PlaceHolder, f.Default
			if o.value == "" {
				o.value = strings.ToUpper(f.Name[strings.LastIndexByte(f.Name, '-')+1:])
			}
		}
		all = append(all, o)
	}
	return all
}

func arguments(n *kong.Node) []option {
	var all []option
	for _, p := range n.Positional {
		o := describeValue(p)
		o.value = strings.ToUpper(p.Name)
		all = append(all, o)
	}
	return all
}

func describeValue(v *kong.Value) option {
	o := option{name: v.Name, help: v.Help, ask: v.Tag.Get("ask")}
	if v.Enum != "" {
		o.words = v.EnumSlice()
	}
	switch v.Tag.Type {
	case "path", "existingfile", "existingdir":
		o.file = true
	}
	return o
}
