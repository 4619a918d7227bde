// Command epom is the whole of e-POM: public pages, clerks' desk, background work and the operator's tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/jmoiron/sqlx"

	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/cluster"
	"epom/internal/config"
	"epom/internal/db"
	"epom/migrations"
	"epom/routing"
)

type cli struct {
	JSON bool `help:"Print data as JSON lines." name:"json"`

	Serve     ServeCmd     `cmd:"" help:"Serve pages and do background work."`
	Demo      DemoCmd      `cmd:"" help:"Private PostgreSQL, migrations, demo region, serve: everything for a trial."`
	Migrate   MigrateCmd   `cmd:"" help:"Bring the database to this version's schema."`
	Territory TerritoryCmd `cmd:"" help:"Municipalities and addresses from the official files."`
	Route     RouteCmd     `cmd:"" help:"Which office is competent, and why."`
	Office    OfficeCmd    `cmd:"" help:"Offices of the installation."`
	User      UserCmd      `cmd:"" help:"Accounts of staff."`
	Board     BoardCmd     `cmd:"" help:"Notice boards as open data: in and out."`
	Forms     FormsCmd     `cmd:"" help:"Check and try forms."`
	Take      TakeCmd      `cmd:"" help:"Register files (messages, anything) as the mailroom would; one JSON line a file."`
	Sip       SipCmd       `cmd:"" help:"Packages for the archive."`
	Records   RecordsCmd   `cmd:"" help:"Records systems of offices: test one, serve a trial one."`
	Verify    VerifyCmd    `cmd:"" help:"Audit the whole installation and print every fault."`
}

// App is what subcommands work with. Connections open at first use.
type App struct {
	Config  config.Config
	Out     io.Writer
	Err     io.Writer
	JSON    bool
	Log     *slog.Logger
	Context context.Context

	cluster *cluster.Cluster
	owner   *sqlx.DB
	pool    *db.DB
	url     string
}

// errNo makes the exit code 1: the answer is no. What there is to say has been said.
var errNo = errors.New("no")

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errOut io.Writer) int {
	var c cli
	code := -1
	parser, err := kong.New(&c, kong.Name("epom"), kong.Description("e-POM: one gate between citizens and the offices of a region."),
		kong.UsageOnError(), kong.Vars{"faults": faultNames()}, kong.Writers(out, errOut), kong.Exit(func(n int) { code = n }))
	if err != nil {
		panic(err)
	}
	k, err := parser.Parse(args)
	if code == 0 {
		return 0 // --help
	}
	if err != nil {
		parser.Errorf("%s", err)
		return 2
	}
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of writing, not the end: what we started is still to be stopped
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cfg, err := config.Load()
	if err != nil {
		fmt.Fprintln(errOut, "epom:", err)
		return 2
	}
	app := &App{Config: cfg, Out: out, Err: errOut, JSON: c.JSON, Context: ctx, Log: slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: slog.LevelInfo}))}
	defer app.Close()
	switch err := k.Run(app); {
	case err == nil:
		return 0
	case errors.Is(err, errNo):
		return 1
	default:
		fmt.Fprintln(errOut, "epom:", err)
		return 1
	}
}

// Now is the machine's time.
func (a *App) Now() time.Time { return clock.System{}.Now() }

// URL is the address of the database: EPOM_DATABASE_URL, or the private cluster in the data directory, started when needed.
func (a *App) URL() (string, error) {
	if a.url != "" {
		return a.url, nil
	}
	if a.url = a.Config.DatabaseURL; a.url != "" {
		return a.url, nil
	}
	c, err := cluster.Start(a.Context, filepath.Join(a.Config.DataDir, "pg"), cluster.Options{})
	if err != nil {
		return "", err
	}
	a.cluster = c
	if err := c.CreateDatabase(a.Context, "epom"); err != nil {
		return "", err
	}
	a.url = c.URL("epom")
	return a.url, nil
}

// Owner is a pool of the tables' owner.
func (a *App) Owner() (*sqlx.DB, error) {
	if a.owner != nil {
		return a.owner, nil
	}
	url, err := a.URL()
	if err != nil {
		return nil, err
	}
	a.owner, err = db.OpenOwner(url)
	return a.owner, err
}

// DB is the pool of the running app's role, on a migrated database.
func (a *App) DB() (*db.DB, error) {
	if a.pool != nil {
		return a.pool, nil
	}
	owner, err := a.Owner()
	if err != nil {
		return nil, err
	}
	switch pending, err := migrations.Pending(a.Context, owner.DB); {
	case err != nil:
		return nil, db.Classify(err)
	case pending:
		return nil, errors.New("the database has an older schema; run: epom migrate")
	}
	a.pool, err = db.Open(a.url, db.Options{MaxConns: a.Config.DatabaseConns})
	return a.pool, err
}

// Files is the file store.
func (a *App) Files() (*blob.Store, error) {
	return blob.Open(a.Context, a.Config.DataDir, a.Config.BlobURL)
}

// Close ends what was opened; a private PostgreSQL that we started stops with us.
func (a *App) Close() {
	if a.pool != nil {
		_ = a.pool.Close()
	}
	if a.owner != nil {
		_ = a.owner.Close()
	}
	if a.cluster != nil {
		a.cluster.Stop()
	}
}

// MigrateCmd brings the schema up to date.
type MigrateCmd struct{}

func (MigrateCmd) Run(a *App) error {
	owner, err := a.Owner()
	if err != nil {
		return err
	}
	n, err := migrations.Up(a.Context, owner.DB)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%d migration steps applied\n", n)
	return routing.Seed(a.Context, owner) // agendas and competences are data of this version
}
