package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"epom/internal/config"
)

// ServeCmd serves on a database that is migrated already.
type ServeCmd struct {
	Demo bool `help:"Mark every page as a trial and show mails at /demo/posta."`
}

// Help lists the settings.
func (ServeCmd) Help() string { return "Settings come from the environment:\n\n" + config.Help() }

func (c ServeCmd) Run(a *App) error {
	tune()
	s, err := a.build(c.Demo)
	if err != nil {
		return err
	}
	return s.run(a, func() { fmt.Fprintf(a.Out, "e-POM serves on http://%s\n", a.Config.Addr) })
}

// tune lets rubbish gather up to three times what is in use before it is collected: memory is small here, and a tenth of
// the processor is worth more. GOGC in the environment wins.
func tune() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
		debug.SetMemoryLimit(100 << 20)
	}
}
