package main

import (
	"bytes"
	doccomment "go/doc/comment"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// demoHead begins docs/demo.md.
const demoHead = `# The demo gateway, and what can be made to happen on it

Written by ` + "`go generate ./internal/tools/reference`" + ` from the package's own text.

` + "`gatewatch demo-gateway --listen 127.0.0.1:5000 --listen-admin 127.0.0.1:5002`" + ` serves a gateway of its own, with
books that add up, for whoever wants to see what Gatewatch makes of a cause before it happens. In another terminal:
` + "`gatewatch --core http://127.0.0.1:5000 --admin http://127.0.0.1:5002`" + `. What happens on it is a scenario: one of those that
` + "`--list`" + ` names (` + "`--scenario NAME`" + `), a file (` + "`--script FILE`" + `), or, with ` + "`--obey`" + `, lines that are typed while it runs:
` + "`upstream openai 401`" + ` has a provider refuse the gateway's key, ` + "`batch spend research-notebook to=92%`" + ` uses a budget up to there,
` + "`admin drop`" + ` cuts the connections.

`

// writeDemo writes what a scenario may say, of the comment that begins the package of the
// demo gateway in the module at root.
func writeDemo(b *bytes.Buffer, root string) error {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "internal/tools/demo/doc.go"), nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return err
	}
	var p doccomment.Parser
	doc := p.Parse(file.Doc.Text())
	kept := doc.Content[:0]
	wanted := false
	for _, block := range doc.Content {
		if h, ok := block.(*doccomment.Heading); ok {
			wanted = text(h.Text) != "Concurrency"
		}
		if wanted {
			kept = append(kept, block)
		}
	}
	doc.Content = kept
	printer := doccomment.Printer{HeadingLevel: 2, HeadingID: func(*doccomment.Heading) string { return "" }}
	b.WriteString(demoHead)
	b.Write(printer.Markdown(doc))
	return nil
}

func text(of []doccomment.Text) string {
	var s strings.Builder
	for _, t := range of {
		if plain, ok := t.(doccomment.Plain); ok {
			s.WriteString(string(plain))
		}
	}
	return s.String()
}
