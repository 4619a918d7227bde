package operator

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/i18n"
	"epom/internal/jobs"
	"epom/records/daily"
	"epom/records/exchange"
)

// HealthPage says how the installation is.
type HealthPage struct {
	web.Page
	Checks   []Check
	Versions []Fact
}

// Check is one thing looked at, with a word how it is.
type Check struct {
	Name, Tone, Word, Detail string
}

// Fact is a name with a value.
type Fact struct{ Name, Value string }

// Health looks at everything the installation stands on.
func (o *Operator) Health(c *fiber.Ctx) error {
	page, n, err := o.page(c, "Stav systému")
	if err != nil {
		return err
	}
	return web.View(c, "operator/health", "", HealthPage{Page: page, Checks: o.checks(c.UserContext(), n), Versions: o.versions()})
}

func (o *Operator) checks(ctx context.Context, n jobs.Count) []Check {
	list := []Check{o.database(ctx), o.fileStore(ctx), o.disk(), o.queue(n), o.handovers(ctx)}
	law := Check{Name: "Ověření práva", Tone: "success", Word: "ověřeno", Detail: "Všechny lhůty a agendy potvrdil člověk."}
	terms, agendas := o.Law().Unverified(), 0
	for _, a := range o.Router.Engine().Agendas() {
		if !a.Verified {
			agendas++
		}
	}
	if terms+agendas > 0 {
		law.Tone, law.Word = "warning", "neověřeno"
		law.Detail = i18n.N("cs", terms, "%d lhůta", "%d lhůty", "%d lhůt") + " a " + i18n.N("cs", agendas, "%d agenda", "%d agendy", "%d agend") + " čeká na potvrzení člověkem."
	}
	return append(list, law, o.logs(ctx))
}

// logs tells whether yesterday of every office's log is sealed; until the morning the night still works on it.
func (o *Operator) logs(ctx context.Context) Check {
	c := Check{Name: "Transakční protokoly", Tone: "success", Word: "v pořádku", Detail: "Všechny úřady mají včerejší protokol zapečetěný."}
	days, err := daily.LastDays(ctx, o.DB)
	if err != nil {
		return Check{c.Name, "danger", "nezjištěno", "Databáze neodpověděla."}
	}
	if len(days) == 0 { // before the first night
		return Check{c.Name, "info", "zatím žádné", "První protokoly se uloží po půlnoci."}
	}
	now := o.Clock.Now().In(clock.Prague)
	due := clock.Date(now.Add(-6*time.Hour)).AddDate(0, 0, -1)
	var missing []string
	for _, x := range o.Offices.Snapshot().Participating() {
		if last, ok := days[x.ID]; !ok || last.Before(due) {
			missing = append(missing, x.Name)
		}
	}
	if len(missing) > 0 {
		c.Tone, c.Word = "danger", "chybí"
		c.Detail = i18n.N("cs", len(missing), "%d úřad nemá", "%d úřady nemají", "%d úřadů nemá") + " zapečetěný protokol za " + due.Format("2. 1. 2006") + ": " + strings.Join(missing[:min(len(missing), 5)], ", ") +
			". Noční úloha to zkouší znovu; trvá-li to, ověřte pečeť a časové razítko (epom verify, /sprava/ulohy)."
	}
	return c
}

func (o *Operator) database(ctx context.Context) Check {
	start := time.Now() // a duration of this very request
	if err := o.DB.PingContext(ctx); err != nil {
		return Check{"Databáze", "danger", "neodpovídá", "Zkontrolujte PostgreSQL a jeho záznam."}
	}
	took := time.Since(start)
	s := o.DB.Stats()
	detail := fmt.Sprintf("Odpověď za %s ms, spojení %d z %d, čekalo se %d×.", strings.Replace(fmt.Sprintf("%.1f", float64(took.Microseconds())/1000), ".", ",", 1), s.InUse, s.MaxOpenConnections, s.WaitCount)
	if took > 200*time.Millisecond {
		return Check{"Databáze", "warning", "pomalá", detail}
	}
	return Check{"Databáze", "success", "v pořádku", detail}
}

func (o *Operator) fileStore(ctx context.Context) Check {
	if _, err := o.Files.Has(ctx, strings.Repeat("0", 64)); err != nil {
		return Check{"Úložiště souborů", "danger", "neodpovídá", "Přílohy teď nejde uložit ani otevřít."}
	}
	return Check{"Úložiště souborů", "success", "v pořádku", ""}
}

// disk warns before uploads and the database run out of space.
func (o *Operator) disk() Check {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(o.DataDir, &fs); err != nil || fs.Blocks == 0 {
		return Check{"Místo na disku", "warning", "nezjištěno", "Složku dat se nepodařilo přečíst."}
	}
	free := float64(fs.Bavail) * float64(fs.Bsize)
	part := int(100 * fs.Bavail / fs.Blocks)
	c := Check{"Místo na disku", "success", "v pořádku", fmt.Sprintf("Volno %s GB, to je %d %%.", strings.Replace(fmt.Sprintf("%.1f", free/1e9), ".", ",", 1), part)}
	switch {
	case free < 1e9:
		c.Tone, c.Word = "danger", "dochází"
	case part < 10:
		c.Tone, c.Word = "warning", "brzy dojde"
	}
	return c
}

// queue tells whether background work keeps up.
func (o *Operator) queue(n jobs.Count) Check {
	c := Check{Name: "Úlohy na pozadí", Tone: "success", Word: "v pořádku", Detail: fmt.Sprintf("Čeká %d, běží %d, neúspěšných %d.", n.Waiting, n.Running, n.Failed)}
	if n.Oldest != nil {
		if lag := o.Clock.Now().Sub(*n.Oldest); lag > 2*time.Minute {
			c.Tone, c.Word = "danger", "zpoždění "+i18n.N("cs", int(lag.Minutes()), "%d minuta", "%d minuty", "%d minut")
			return c
		}
	}
	if n.Failed > 0 {
		c.Tone, c.Word = "warning", "něco selhalo"
	}
	return c
}

// handovers tells whether offices' records systems answer and how much is parked before those that do not.
func (o *Operator) handovers(ctx context.Context) Check {
	c := Check{Name: "Spisové služby", Tone: "success", Word: "v pořádku", Detail: "Nic není odloženo."}
	counts, err := exchange.Counts(ctx, o.DB, o.Clock.Now())
	if err != nil {
		return Check{"Spisové služby", "warning", "nezjištěno", "Počty předání se nepodařilo přečíst."}
	}
	parked, late := 0, 0
	for _, n := range counts {
		parked, late = parked+n.Parked, late+n.Late
	}
	if parked+late > 0 {
		c.Tone, c.Word = "warning", "čeká se"
		c.Detail = fmt.Sprintf("Odloženo %d předání, déle než den čeká %d. Podrobnosti jsou v nabídce Spisové služby.", parked, late)
	}
	return c
}

func (o *Operator) versions() []Fact {
	land, engine := o.Territory.Snapshot(), o.Router.Engine()
	list := []Fact{{"Území: stav ke dni", day(land.StateOn)}, {"Území: verze dat", land.Version}, {"Příslušnost: verze dat", engine.Version},
		{"Obcí v číselníku", fmt.Sprint(len(land.Municipalities()))}}
	if info, ok := debug.ReadBuildInfo(); ok {
		list = append(list, Fact{"Go", info.GoVersion})
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				list = append(list, Fact{"Verze programu", s.Value})
			}
		}
	}
	return list
}

func day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Format("2. 1. 2006")
}
