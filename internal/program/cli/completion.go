package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCmd writes what a shell needs to complete our command line.
type completionCmd struct {
	Shell string `arg:"" help:"bash, zsh or fish." enum:"bash,zsh,fish"`
}

// Run prints the shell's script, which is made of the grammar.
func (c *completionCmd) Run(e *env, k *kong.Context) error {
	commands := describe(k.Model.Node)
	script := map[string]func([]command) string{"bash": bash, "zsh": zsh, "fish": fish}[c.Shell]
	_, err := io.WriteString(e.opts.Stdout, script(commands))
	return err
}

// bash completes commands and options by their position, values by the option
// before them.
func bash(commands []command) string {
	var s strings.Builder
	s.WriteString("# bash completion of gatewatch, made by \"gatewatch completion bash\"\n_gatewatch() {\n" +
		"  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= at w\n" +
		"  case $word:$before in # --format=csv comes as three words\n  =:*) word= ;;\n  *:=) before=${COMP_WORDS[COMP_CWORD-2]} ;;\n  esac\n" +
		"  for ((at = 1; at < COMP_CWORD; at++)); do\n    w=${COMP_WORDS[at]}\n" +
		"    case $w in\n    " + strings.Join(names(commands[1:]), " | ") + ") command=$w; break ;;\n    esac\n  done\n" +
		"  COMPREPLY=()\n  case $command:$before in\n")
	for _, c := range commands {
		for _, o := range c.options {
			if o.value == "" {
				continue
			}
			pattern := c.name + ":--" + o.name
			if o.short != "" {
				pattern += " | " + c.name + ":-" + o.short
			}
			fmt.Fprintf(&s, "  %s) %s; return ;;\n", pattern, bashValues(o))
		}
	}
	s.WriteString("  esac\n  case $command in\n")
	for _, c := range commands {
		pattern, words := c.name, flags(c)
		if c.name == "" {
			pattern, words = "''", append(words, names(commands[1:])...)
		}
		for _, a := range c.args {
			words = append(words, a.words...)
		}
		fmt.Fprintf(&s, "  %s) mapfile -t COMPREPLY < <(compgen -W %s -- \"$word\") ;;\n", pattern, quote(strings.Join(words, " ")))
	}
	s.WriteString("  esac\n}\ncomplete -F _gatewatch gatewatch\n")
	return s.String()
}

func bashValues(o option) string {
	const reply = "mapfile -t COMPREPLY < <(compgen %s -- \"$word\")"
	switch {
	case len(o.words) > 0:
		return fmt.Sprintf(reply, "-W "+quote(strings.Join(o.words, " ")))
	case o.ask != "":
		return fmt.Sprintf(reply, `-W "$(gatewatch `+o.ask+` 2>/dev/null)"`)
	case o.file:
		return "compopt -o filenames 2>/dev/null; " + fmt.Sprintf(reply, "-f")
	}
	return ":"
}

// zsh uses _arguments, with the help of each option.
func zsh(commands []command) string {
	var s strings.Builder
	s.WriteString("#compdef gatewatch\n# made by \"gatewatch completion zsh\"\n_gatewatch() {\n" +
		"  local line state\n  _arguments -C \\\n")
	for _, o := range commands[0].options {
		s.WriteString("    " + zshOption(o) + " \\\n")
	}
	s.WriteString("    '1: :->command' '*:: :->rest'\n  case $state in\n  command)\n    local -a all=(\n")
	for _, c := range commands[1:] {
		s.WriteString("      " + quote(c.name+":"+c.help) + "\n")
	}
	s.WriteString("    )\n    _describe command all ;;\n  rest)\n    case $line[1] in\n")
	for _, c := range commands[1:] {
		fmt.Fprintf(&s, "    %s) _arguments", c.name)
		for _, o := range c.options {
			s.WriteString(" \\\n      " + zshOption(o))
		}
		for i, a := range c.args {
			fmt.Fprintf(&s, " \\\n      %s", quote(fmt.Sprintf("%d:%s:%s", i+1, strings.ToLower(a.value), zshValues(a))))
		}
		s.WriteString(" ;;\n")
	}
	s.WriteString("    esac ;;\n  esac\n}\n_gatewatch \"$@\"\n")
	return s.String()
}

func zshOption(o option) string {
	help := strings.NewReplacer("[", "(", "]", ")", ":", " -").Replace(o.help)
	spec := "--" + o.name
	if o.value != "" {
		spec += "="
	}
	spec += "[" + help + "]"
	if o.value != "" {
		spec += ":" + strings.ToLower(o.value) + ":" + zshValues(o)
	}
	return quote(spec)
}

func zshValues(o option) string {
	switch {
	case len(o.words) > 0:
		return "(" + strings.Join(o.words, " ") + ")"
	case o.ask != "":
		return "(${(f)\"$(gatewatch " + o.ask + " 2>/dev/null)\"})"
	case o.file:
		return "_files"
	}
	return " "
}

// fish takes one line for each option.
func fish(commands []command) string {
	var s strings.Builder
	s.WriteString("# fish completion of gatewatch, made by \"gatewatch completion fish\"\ncomplete -c gatewatch -f\n")
	all := strings.Join(names(commands[1:]), " ")
	for _, c := range commands {
		when := "'__fish_seen_subcommand_from " + c.name + "'"
		if c.name == "" {
			when = "'not __fish_seen_subcommand_from " + all + "'"
		} else {
			fmt.Fprintf(&s, "complete -c gatewatch -n 'not __fish_seen_subcommand_from %s' -a %s -d %s\n", all, c.name, quote(c.help))
		}
		for _, o := range c.options {
			fmt.Fprintf(&s, "complete -c gatewatch -n %s -l %s", when, o.name)
			if o.short != "" {
				s.WriteString(" -s " + o.short)
			}
			s.WriteString(fishValues(o) + " -d " + quote(o.help) + "\n")
		}
		for _, a := range c.args {
			if len(a.words) > 0 {
				fmt.Fprintf(&s, "complete -c gatewatch -n %s -a %s\n", when, quote(strings.Join(a.words, " ")))
			}
		}
	}
	return s.String()
}

func fishValues(o option) string {
	switch {
	case o.value == "":
		return ""
	case len(o.words) > 0:
		return " -x -a " + quote(strings.Join(o.words, " "))
	case o.ask != "":
		return " -x -a '(gatewatch " + o.ask + " 2>/dev/null)'"
	case o.file:
		return " -r -F"
	}
	return " -x"
}

// names lists the commands.
func names(commands []command) []string {
	all := make([]string, len(commands))
	for i, c := range commands {
		all[i] = c.name
	}
	return all
}

// flags lists a command's options as they are typed.
func flags(c command) []string {
	all := make([]string, len(c.options))
	for i, o := range c.options {
		all[i] = "--" + o.name
	}
	return all
}

// quote puts text into single quotes for a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
