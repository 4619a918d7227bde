// Command load measures and tortures a running e-POM on this machine: `load bench` prints ratios to limits measured in
// the same run, `load crash` kills the app and PostgreSQL under load and compares what was acknowledged with what is
// stored. Traffic goes to loopback only; every loop is bounded.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/alecthomas/kong"
)

var cli struct {
	Bench benchCmd `cmd:"" help:"Ratios to the limits."`
	Crash crashCmd `cmd:"" help:"Kill -9 under load, then compare and verify."`
	Bare  bareCmd  `cmd:"" hidden:"" help:"Fiber that sends a file from memory: the limit of a kept page."`
}

func main() {
	k := kong.Parse(&cli, kong.Name("load"))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}
