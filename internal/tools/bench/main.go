// Command bench measures how fast events get from a socket into the state, and
// what each costs, against the plain library and the official JavaScript
// client: one server, the same frames, interleaved rounds, each client in a
// process of its own. It prints a table in Markdown.
//
// Times differ from machine to machine and from minute to minute, so they are
// printed and never asserted: bench fails only if one of our clients lost an
// event, got one out of order, or ended with another sum.
//
// It starts itself again as "bench serve" and "bench client"; every child is
// waited for, and ends by itself when its parent is gone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// errUnsound is what a run with a lost or disordered event ends with.
var errUnsound = errors.New("events were lost or out of order")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := start(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// start runs what the arguments name: a child's part, or the whole benchmark.
func start(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "serve":
			return serveMain(args[1:], in, out)
		case "client":
			return clientMain(ctx, args[1:], in, out)
		}
	}
	o := options{}
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.IntVar(&o.rounds, "rounds", 3, "rounds, in each of which every client has its turn")
	set.IntVar(&o.events, "events", 300_000, "events of one turn against the raw server")
	set.IntVar(&o.burst, "burst", 1_000_000, "events of one turn against the ASP.NET Core server; 0 skips it")
	set.StringVar(&o.clients, "clients", "abcdh", "which clients, by letter")
	set.StringVar(&o.profiles, "profiles", "", "folder for CPU profiles of our clients")
	if err := set.Parse(args); err != nil {
		return err
	}
	if o.rounds < 1 || o.events < 1 || o.burst < 0 || set.NArg() > 0 {
		return errors.New("rounds and events must be positive, and there are no other arguments")
	}
	began := time.Now()
	err := measure(ctx, o, out)
	fmt.Fprintf(out, "\nTook %s.\n", time.Since(began).Round(time.Second))
	return err
}

// options of the whole benchmark.
type options struct {
	rounds, events, burst int
	clients, profiles     string
}
