package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"epom/internal/db"
	"epom/internal/erms"
	"epom/records/exchange"
)

// RecordsCmd is about records systems of offices.
type RecordsCmd struct {
	Test  RecordsTestCmd  `cmd:"" help:"Try whether a records system may be relied on: registers, repeats, changes, asks, closes. Writes trial case files into it."`
	Fake  RecordsFakeCmd  `cmd:"" help:"Serve a records system in memory, to try clients against."`
	Reply RecordsReplyCmd `cmd:"" help:"Take mailrooms' replies with numbers (.eml); one JSON line a file."`
}

// RecordsTestCmd walks a records system. Exit code 0: no failure (expected ones may be), 1: failures.
type RecordsTestCmd struct {
	URL      string        `arg:"" name:"url" help:"Address of the web service."`
	From     string        `help:"Code of the calling system (Zdroj)." default:"EPOM"`
	To       string        `help:"Code of the records system (Cil)." default:"ESSL"`
	Who      string        `help:"User under whom things are done (provedlKdo)." default:"epom"`
	User     string        `help:"HTTP Basic; the password is read from EPOM_RECORDS_PASSWORD."`
	Known    string        `help:"File with checks that are expected to fail, one a line; # begins a note." type:"existingfile"`
	Patience time.Duration `help:"How long a number may take." default:"30s"`
	BigMB    int           `help:"Size of the large file in MB." default:"10" name:"big"`
	Timeout  time.Duration `help:"How long one call may take." default:"60s"`
}

// Validate asks for an address that can be called.
func (c RecordsTestCmd) Validate() error {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("the address must look like https://host/path")
	case len(c.From) == 0 || len(c.From) > erms.MaxBatch || len(c.To) == 0 || len(c.To) > erms.MaxBatch:
		return fmt.Errorf("codes of systems have 1 to %d characters", erms.MaxBatch)
	case c.BigMB < 1 || c.BigMB > 100:
		return errors.New("the large file may have 1 to 100 MB")
	}
	return nil
}

// Run prints one line a check, or with --json one JSON line a check, and a summary to the error output.
func (c RecordsTestCmd) Run(a *App) error {
	known, err := gaps(c.Known)
	if err != nil {
		return err
	}
	walk := erms.Conformance{Client: erms.Client{URL: c.URL, From: c.From, To: c.To, Who: c.Who, User: c.User, Password: os.Getenv("EPOM_RECORDS_PASSWORD"),
		HTTP: &http.Client{Timeout: c.Timeout}}, Run: strconv.FormatInt(a.Now().UnixMilli(), 36), Now: a.Now, Patience: c.Patience, Big: c.BigMB << 20, Known: known}
	results := walk.Walk(a.Context)
	out := json.NewEncoder(a.Out)
	out.SetEscapeHTML(false)
	n := map[erms.Class]int{}
	for _, r := range results {
		n[r.Class]++
		if a.JSON {
			if err := out.Encode(r); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(a.Out, "%-17s %s", r.Class, r.Check)
		if r.Detail != "" {
			fmt.Fprintf(a.Out, ": %s", r.Detail)
		}
		fmt.Fprintln(a.Out)
	}
	fmt.Fprintf(a.Err, "%d succeeded, %d failed, %d failed as expected\n", n[erms.Success], n[erms.Failure], n[erms.Expected])
	if n[erms.Failure] > 0 || a.Context.Err() != nil {
		return errNo
	}
	return nil
}

// gaps reads the list of known gaps.
func gaps(file string) (list []string, err error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	for in.Scan() {
		line, _, _ := strings.Cut(in.Text(), "#")
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list, in.Err()
}

// RecordsFakeCmd serves the records system in memory until it is stopped.
type RecordsFakeCmd struct {
	Addr   string        `help:"Where it listens, host:port." default:"127.0.0.1:8099"`
	Code   string        `help:"Its code (Cil); empty = any is accepted."`
	Late   time.Duration `help:"Numbers come this long after a document was founded."`
	Faults []string      `help:"Faults it has: ${faults}." name:"fault"`
	User   string        `help:"HTTP Basic; the password is read from EPOM_RECORDS_PASSWORD. Empty = anybody."`
}

// faultNames are the faults a fake server may have.
func faultNames() string {
	var names []string
	for _, f := range slices.Sorted(maps.Keys(erms.Faults)) {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// Run serves; each call is told on the error output.
func (c RecordsFakeCmd) Run(a *App) error {
	fake := &erms.Fake{Code: c.Code, Late: c.Late, Now: a.Now, User: c.User, Password: os.Getenv("EPOM_RECORDS_PASSWORD"),
		Watch: func(operation, result string) { fmt.Fprintf(a.Err, "%s: %s\n", operation, result) }}
	for _, f := range c.Faults {
		if _, ok := erms.Faults[erms.Fault(f)]; !ok {
			return fmt.Errorf("there is no fault %q; there are: %s", f, faultNames())
		}
		fake.Faults = append(fake.Faults, erms.Fault(f))
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "http://%s/ermsAPI\n", l.Addr())
	server := &http.Server{Handler: fake, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-a.Context.Done()
		stop, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(stop)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// RecordsReplyCmd reads replies of a mailroom. Exit code 1 when one of them could not be used.
type RecordsReplyCmd struct {
	Office string   `help:"Slug of the office." required:""`
	Files  []string `arg:"" name:"file" type:"existingfile" help:"Replies as .eml."`
}

// taken is what became of one reply.
type taken struct {
	File    string  `json:"file"`
	Key     string  `json:"key"`
	Number  string  `json:"number"`
	Problem *string `json:"problem"`
}

// Run prints one JSON line a file.
func (c RecordsReplyCmd) Run(a *App) error {
	s, err := a.build(false)
	if err != nil {
		return err
	}
	defer s.submissions.Close()
	office, err := s.offices.BySlug(c.Office)
	if err != nil {
		return fmt.Errorf("there is no office %q", c.Office)
	}
	out, bad := json.NewEncoder(a.Out), false
	out.SetEscapeHTML(false)
	for _, file := range c.Files {
		t := taken{File: file}
		if err := c.take(a, s, office.ID, &t); err != nil {
			why := err.Error()
			t.Problem, bad = &why, true
		}
		if err := out.Encode(t); err != nil {
			return err
		}
	}
	if bad {
		return errNo
	}
	return nil
}

// maxReply bounds a reply, in bytes.
const maxReply = 40 << 20

func (c RecordsReplyCmd) take(a *App, s *site, office int32, t *taken) error {
	if info, err := os.Stat(t.File); err != nil || info.Size() > maxReply {
		return errors.New("the file cannot be read or is too large")
	}
	f, err := os.Open(t.File)
	if err != nil {
		return err
	}
	defer f.Close()
	letter, err := enmime.ReadEnvelope(f)
	if err != nil {
		return errors.New("this is not an e-mail")
	}
	if t.Key, t.Number, err = exchange.ReadReply(letter.GetHeader("Subject"), letter.Text); err != nil {
		return err
	}
	from, _ := mail.ParseAddress(letter.GetHeader("From"))
	return s.db.Tx(a.Context, db.Scope{Office: office, Actor: "system"}, func(tx *db.Tx) error {
		caseID, err := exchange.ByKey(a.Context, tx, t.Key)
		if err != nil {
			return fmt.Errorf("the office has no document %s", t.Key)
		}
		h, err := exchange.ForCase(a.Context, tx, caseID)
		if err != nil || h == nil {
			return cmp.Or(err, fmt.Errorf("%s is not handed over", t.Key))
		}
		if from == nil || !strings.EqualFold(domain(from.Address), domain(h.Link.Mailbox)) {
			return fmt.Errorf("the reply did not come from the domain of %s; a person has to record the number", h.Link.Mailbox)
		}
		return s.handovers.RecordNumber(a.Context, tx, caseID, t.Number, a.Now())
	})
}

func domain(address string) string {
	_, d, _ := strings.Cut(address, "@")
	return d
}
