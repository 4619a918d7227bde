// Package public answers the citizen's side: which office, the form step by step, sending, and what happened since.
package public

// Routes:
// GET  /                                    Home           anyone
// GET  /formulare                           FormList       anyone
// GET  /formulare/balicky                   Packages       anyone
// GET  /formulare/balicky/:balicek          Package        anyone
// GET  /formulare/nahrat                    Upload         anyone
// POST /formulare/nahrat                    TakeUpload     anyone
// GET  /formulare/:code                     Form           anyone
// POST /formulare/:code                     StartForm      anyone
// GET  /formulare/:code/tisk.pdf            BlankPaper     anyone
// GET  /formulare/:code/vyplneny.pdf        FilledPaper    holder of the draft
// GET  /formulare/:code/vyplneny.epom.json  Export         holder of the draft
// GET  /formulare/:code/kontrola            Check          holder of the draft
// POST /formulare/:code/odeslat             Send           holder of the draft
// POST /formulare/:code/prevest             MoveForm       holder of the draft
// GET  /formulare/:code/pokracovat          Later          holder of the draft
// POST /formulare/:code/pokracovat          SaveLater      holder of the draft
// GET  /formulare/:code/:step               Step           holder of the draft
// POST /formulare/:code/:step               SaveStep       holder of the draft
// POST /formulare/:code/predat              Pass           holder of the draft
// GET  /pokracovat                          Take           anyone
// POST /pokracovat                          TakeOver       holder of the code
// GET  /pokracovat/:token                   Resume         holder of the link
// GET  /podani                              Find           anyone
// POST /podani                              OpenSubmission anyone
// GET  /podani/:reference                   Status         citizen of the reference
// GET  /podani/:reference/udalosti          StatusEvents   citizen of the reference
// GET  /podani/:reference/potvrzeni.pdf     Receipt        citizen of the reference
// POST /podani/:reference/doplneni          Complete       citizen of the reference
// GET  /podani/:reference/potvrdit          Sign           citizen of the reference
// POST /podani/:reference/potvrdit          TakeSigned     citizen of the reference
// GET  /podani/:reference/k-podpisu.pdf     SigningPaper   citizen of the reference
// GET  /podani/:reference/listek.pdf        Slip           citizen of the reference
// GET  /podani/:reference/dokument/:id      Document       citizen of the reference
// GET  /podani/:reference/dokument/:id/:n   DocumentFile   citizen of the reference
// GET  /urady                               OfficeList     anyone
// GET  /urady/:slug                         Office         anyone
// GET  /urady/:slug/znak                    Emblem         anyone
// GET  /deska                               BoardsList     anyone
// GET  /deska/mapa                          BoardsMap      anyone
// GET  /deska.atom                          RegionFeed     anyone
// GET  /deska.ics                           RegionCalendar anyone
// GET  /urady/:slug/deska.atom              OfficeFeed     anyone
// GET  /urady/:slug/deska.ics               OfficeCalendar anyone
// GET  /urady/:slug/deska.jsonld            BoardData      anyone
// GET  /urady/:slug/aktuality.jsonld        NewsData       anyone
// GET  /urady/:slug/udalosti.jsonld         EventsData     anyone
// GET  /urady/:slug/katalog.jsonld          OfficeCatalogue anyone
// GET  /urady/:slug/katalog/:sada           DatasetRecord  anyone
// GET  /katalog.jsonld                      RegionCatalogue anyone
// GET  /robots.txt                          Robots         anyone
// GET  /urady/:slug/deska                   Board          anyone
// GET  /urady/:slug/deska/widget            Widget         anyone
// GET  /urady/:slug/deska/vlozit.html       Include        anyone
// GET  /urady/:slug/deska/vlozeni           Embedding      anyone
// GET  /urady/:slug/deska/:number           Posting        anyone
// GET  /urady/:slug/deska/:number/:n/strana/:page PostingPicture anyone
// GET  /urady/:slug/deska/:number/:n/:name  PostingFile    anyone
// GET  /kiosk/deska/:slug                   Kiosk          anyone
// GET  /kiosk/deska/:slug/stav.json         KioskState     anyone
// GET  /kiosk/deska/:slug/obsah.json        KioskContents  anyone
// GET  /kiosk/deska/:slug/obsluha.js        KioskWorker    anyone
// GET  /kiosk/deska/:slug/:number           KioskItem      anyone
// GET  /pristupnost                         Accessibility  anyone
// GET  /overeni                             Verify         anyone
// POST /overeni                             CheckDocument  anyone
// GET  /urady/:slug/deska/:number/dolozka.pdf  PostingClause    anyone
// GET  /urady/:slug/deska/:number/dukazy.zip   PostingEvidence  anyone
// GET  /offline                             Offline        anyone
// GET  /offline/obsluha.js                  OfflineWorker  anyone
// GET  /offline/aplikace.json               OfflineManifest anyone
// GET  /offline/formulare.json              OfflineForms   anyone
// GET  /offline/formulare/:code             OfflineForm    anyone
// GET  /offline/:file                       OfflineEngine  anyone
// POST /api/offline/podani                  SendOffline    holder of the item
// GET  /api/routing                         RoutingAPI     anyone
// GET  /odber                               ToldAsk        anyone
// POST /odber                               AskTold        anyone
// GET  /odber/odeslano                      ToldSent       anyone
// GET  /odber/potvrdit/:token               ToldConfirm    holder of the link
// POST /odber/potvrdit/:token               ConfirmTold    holder of the link
// GET  /odber/:token                        ToldShow       holder of the link
// POST /odber/:token                        ChangeTold     holder of the link
// GET  /odber/:token/konec                  ToldEnd        holder of the link
// POST /odber/:token/konec                  EndTold        holder of the link
// GET  /demo/posta                          Mailbox        anyone, demo only
// GET  /demo/posta/:id                      Mail           anyone, demo only
// GET  /demo/vzhled                         Style          anyone, demo only
// GET  /demo/vzhled/kancelar                StyleDesk      anyone, demo only

import (
	"context"
	"crypto/x509"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/forms"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/notify"
	"epom/offices"
	"epom/records/daily"
	"epom/routing"
	"epom/submissions"
	"epom/territory"
	"epom/users"
)

// Public is the citizen's side of the site.
type Public struct {
	Clock       clock.Clock
	BaseURL     string // how the site is reached from outside, without a slash at the end; "" = as the request says
	Forms       *forms.Catalogue
	Submissions *submissions.Service
	Routing     *routing.Store
	Territory   *territory.Store
	Offices     *offices.Store
	Users       *users.Store
	Files       *blob.Store
	Live        *web.Live
	Roots       *x509.CertPool // whom checks of signatures trust; nil = nobody
	Papers      *daily.Public
	Boards      *board.Public
	Kinds       *board.Law
	Shelf       *web.Shelf // pages of boards, kept till something on them changes
	Told        *board.Told
	Packer      Packer    // makes packages of forms for others
	Companies   Companies // nil = names and seats are typed by hand

	// QueueTold queues the mail with the link by which a person confirms that she wants to be told of postings.
	QueueTold func(tx *db.Tx, s *board.Subscription, wished notify.Wished, link string) error

	// QueueMail queues the mail with the link by which a person goes on with a draft.
	QueueMail func(tx *db.Tx, d *submissions.Draft, link string) error
	// Mails lists the mails of a demo, newest first.
	Mails      func(ctx context.Context) ([]Mail, error)
	MailsLeave bool // a mail server is set, so they go out too
}

// Mail is a mail of a demo.
type Mail struct {
	ID      int64
	At      time.Time
	To      string
	Subject string
	Text    string
}

// today is the legal date now.
func (h *Public) today() time.Time { return clock.Date(h.Clock.Now()) }

// setting is what the form of a draft is run with; the draft's form becomes the competent office's own.
func (h *Public) setting(c *fiber.Ctx, d *submissions.Draft) forms.Setting {
	s := h.Submissions.Setting(web.Lang(c))
	if s.Gazetteer == nil {
		s.Gazetteer = gazetteer{c.UserContext(), h.Territory}
	}
	return h.Submissions.Suit(d, s)
}

// evaluate runs a draft's form, as the competent office uses it, with the answers kept.
func (h *Public) evaluate(c *fiber.Ctx, d *submissions.Draft) *forms.Evaluation {
	set := h.setting(c, d)
	return d.Form.Evaluate(d.Answers.V, set)
}

// base is the address of the site for links that leave it.
func (h *Public) base(c *fiber.Ctx) string {
	if h.BaseURL != "" {
		return strings.TrimSuffix(h.BaseURL, "/")
	}
	return c.BaseURL()
}

// form is the newest version of the form in the address.
func (h *Public) form(c *fiber.Ctx) (*forms.Form, error) {
	f, ok := h.Forms.Latest(c.Params("code"))
	if !ok {
		if len(h.Forms.Versions(c.Params("code"))) > 0 {
			return nil, errs.New(errs.NotFound, "Tento formulář se už nenabízí. Podívejte se do seznamu formulářů.")
		}
		return nil, errs.New(errs.NotFound, "Takový formulář nemáme. Podívejte se do seznamu formulářů.")
	}
	return f, nil
}

const placeCookie = "epom_obec"
