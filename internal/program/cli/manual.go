package cli

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// manualCmd writes the manual page, which is made of the grammar so that it
// cannot be out of date. It is for those who make packages.
type manualCmd struct{}

// Run prints the page in the macros of man(7).
func (c *manualCmd) Run(e *env, k *kong.Context) error {
	_, err := e.opts.Stdout.Write(manual(describe(k.Model.Node), thisBuild(e.opts)))
	return err
}

// page is a manual page that is being written.
type page struct{ bytes.Buffer }

// manual writes the page.
func manual(commands []command, b build) []byte {
	var p page
	day := ""
	if at, err := time.Parse(time.RFC3339, b.Date); err == nil {
		day = at.UTC().Format(time.DateOnly)
	}
	p.line(`.TH GATEWATCH 1 %q "Gatewatch %s" "User Commands"`, day, b.Version)
	p.line(".SH NAME\ngatewatch \\- watches Conduit LLM gateways")
	p.line(".SH SYNOPSIS")
	for i, c := range commands {
		if i > 0 {
			p.line(".br")
		}
		p.line(`\fB%s\fR %s`, roff(strings.TrimSpace("gatewatch "+c.name)), roff(usage(c)))
	}
	p.line(".SH DESCRIPTION\n%s", roff(commands[0].help))
	p.line("Without a command it opens the window, or watches in the terminal where there is none.")
	p.line(".SH OPTIONS")
	p.options(commands[0])
	p.line(".SH COMMANDS")
	for _, c := range commands[1:] {
		p.line(".SS %q\n%s", "gatewatch "+c.name, roff(c.help))
		p.options(c)
	}
	for _, s := range sections {
		p.line(".SH %s", s.title)
		for _, row := range s.rows {
			p.line(".TP\n.B %s\n%s", roff(row[0]), roff(row[1]))
		}
	}
	return p.Bytes()
}

func (p *page) line(format string, args ...any) {
	fmt.Fprintf(&p.Buffer, format+"\n", args...)
}

func (p *page) options(c command) {
	for _, o := range c.options {
		name := `\fB` + roff("--"+o.name) + `\fR`
		if o.short != "" {
			name = `\fB` + roff("-"+o.short) + `\fR, ` + name
		}
		if o.value != "" {
			name += `=\fI` + roff(o.value) + `\fR`
		}
		help := o.help
		if o.preset != "" {
			help += " (" + o.preset + ")"
		}
		p.line(".TP\n%s\n%s", name, roff(help))
	}
	for _, a := range c.args {
		p.line(".TP\n.I %s\n%s", roff(a.value), roff(a.help))
	}
}

func usage(c command) string {
	words := []string{}
	if len(c.options) > 0 {
		words = append(words, "[OPTION]...")
	}
	for _, a := range c.args {
		words = append(words, "["+a.value+"]")
	}
	return strings.Join(words, " ")
}

// roff writes text so that it is shown as it is.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

// sections of the page that no flag tells.
var sections = []struct {
	title string
	rows  [][2]string
}{
	{`"EXIT STATUS"`, [][2]string{
		{"0", "It ended as it was asked to."},
		{"1", "Something went wrong inside Gatewatch."},
		{"2", "The command line cannot be understood."},
		{"3", "The gateway cannot be reached."},
		{"4", "The gateway refuses the key."},
		{"5", "The key may not do this."},
		{"6", "The certificate is not trusted."},
		{"7", "The settings cannot be used."},
		{"10, 20", "For status and doctor: the worst is a warning, or critical."},
	}},
	{"ENVIRONMENT", [][2]string{
		{"GATEWATCH_HOME", "A folder for settings, data and logs, instead of those below."},
		{"GATEWATCH_VIRTUAL_KEY", "Virtual keys for the gateway of the command line, separated by commas or spaces."},
		{"GATEWATCH_MASTER_KEY", "The master key for the Admin API of the gateway of the command line."},
		{"HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "The proxy, unless the settings name one."},
	}},
	{"FILES", [][2]string{
		{"~/.config/gatewatch/settings.toml", "The settings."},
		{"~/.local/share/gatewatch", "The history."},
		{"~/.local/state/gatewatch", "The log."},
		{"the keychain", "Keys, in entries named gatewatch. No removal of the program touches them: forget-keys does."},
	}},
	{`"SEE ALSO"`, [][2]string{
		{"/usr/share/doc/gatewatch/deployment.md", "Every setting, and what a gateway behind a proxy needs."},
		{"systemctl --user enable --now gatewatch", "Watches without a window, from now on."},
	}},
}
