// Package desk is the clerks' side: what must be done today, the inbox, the journal, case files and the acts in them,
// and the administration of one's own office.
//
// Routes:
//
//	GET /kancelar  Today  signed in
//	POST /kancelar/urad  SwitchOffice  signed in
//	GET /kancelar/posta  Inbox  see-mail
//	POST /kancelar/posta/pridelit  AssignMany  assign
//	POST /kancelar/posta/vratit  UndoAssign  assign
//	GET /kancelar/nevyrizene  Unanswered  see-mail
//	GET /kancelar/zastupovani  Cover  see-books
//	POST /kancelar/zastupovani  AddCover  stand-in
//	POST /kancelar/zastupovani/:id/konec  EndCover  stand-in
//	GET /kancelar/spisy  Cases  see-mail
//	GET /kancelar/denik  Journal  see-mail
//	GET /kancelar/hledat  Search  see-mail
//	GET /kancelar/lhuty  Terms  see-mail
//	GET /kancelar/spisy/:id  Case  see-mail
//	GET /kancelar/spisy/:id/pridelit  AssignForm  assign
//	POST /kancelar/spisy/:id/pridelit  Assign  assign
//	GET /kancelar/spisy/:id/vyzva  AskForm  handle
//	POST /kancelar/spisy/:id/vyzva  Ask  handle
//	GET /kancelar/spisy/:id/potvrdit  ConfirmForm  handle
//	POST /kancelar/spisy/:id/potvrdit  Confirm  handle
//	GET /kancelar/spisy/:id/prodlouzit  ExtendForm  handle
//	POST /kancelar/spisy/:id/prodlouzit  Extend  handle
//	GET /kancelar/spisy/:id/vyridit  HandleForm  handle
//	POST /kancelar/spisy/:id/vyridit  Handle  handle
//	POST /kancelar/spisy/:id/prevzit  Accept  handle
//	GET /kancelar/spisy/:id/odmitnout  RefuseForm  handle
//	POST /kancelar/spisy/:id/odmitnout  Refuse  handle
//	GET /kancelar/spisy/:id/prerusit  PauseForm  handle
//	POST /kancelar/spisy/:id/prerusit  Pause  handle
//	GET /kancelar/spisy/:id/dokument/:doc/vyridit  DocumentForm  handle
//	POST /kancelar/spisy/:id/dokument/:doc/vyridit  Document  handle
//	GET /kancelar/spisy/:id/postoupit  ForwardForm  forward
//	POST /kancelar/spisy/:id/postoupit  Forward  forward
//	GET /kancelar/spisy/:id/dokument/:doc/storno  CancelForm  handle
//	POST /kancelar/spisy/:id/dokument/:doc/storno  Cancel  handle
//	GET /kancelar/spisy/:id/dokument/:doc/:n  File  see-mail
//	GET /kancelar/deska  BoardList  post
//	GET /kancelar/deska/nove  NewPosting  post
//	POST /kancelar/deska/nove  MakePosting  post
//	GET /kancelar/deska/:number  Posting  post
//	GET /kancelar/deska/:number/opravit  ReviseForm  post
//	POST /kancelar/deska/:number/opravit  Revise  post
//	GET /kancelar/deska/:number/soubor/:rev/:n  PostingFile  post
//	GET /kancelar/deska/:number/tisk.pdf  PostingPaper  post
//	GET /kancelar/deska/:number/dolozka.pdf  PostingClause  post
//	POST /kancelar/deska/:number/ulice  PostingPhysical  post
//	GET /kancelar/deska/:number/:act  PostingActForm  post
//	POST /kancelar/deska/:number/:act  PostingAct  post
//	GET /kancelar/ucet  Account  signed in
//	POST /kancelar/ucet/heslo  SetPassword  signed in
//	POST /kancelar/ucet/odhlasit  RevokeSession  signed in
//	GET /kancelar/sprava  OfficeForm  admin-office
//	POST /kancelar/sprava  SaveOffice  admin-office
//	GET /kancelar/sprava/lide  People  admin-office
//	POST /kancelar/sprava/lide  Invite  admin-office
//	POST /kancelar/sprava/lide/:account/konec  EndMember  admin-office
//	GET /kancelar/sprava/utvary  Units  admin-office
//	POST /kancelar/sprava/utvary  SaveUnit  admin-office
//	GET /kancelar/sprava/prislusnost  Competence  admin-office
//	POST /kancelar/sprava/prislusnost  Propose  admin-office
//	POST /kancelar/sprava/prislusnost/:proposal  DecideProposal  admin-office
//	GET /kancelar/sprava/deska  BoardContracts  admin-office
//	POST /kancelar/sprava/deska  ConcludeContract  admin-office
//	POST /kancelar/sprava/deska/:contract/konec  EndContract  admin-office
//	GET /kancelar/sprava/deska/oznameni  BoardHooks  admin-office
//	GET /kancelar/sprava/deska/oznameni/nove  NewHook  admin-office
//	POST /kancelar/sprava/deska/oznameni/nove  AddHook  admin-office
//	GET /kancelar/sprava/deska/oznameni/:id  BoardHook  admin-office
//	POST /kancelar/sprava/deska/oznameni/:id/zkouska  TestHook  admin-office
//	POST /kancelar/sprava/deska/oznameni/:id/stav  SwitchHook  admin-office
//	POST /kancelar/sprava/deska/oznameni/:id/volani/:call/znovu  RetryCall  admin-office
//	GET /kancelar/sprava/vypujcky  Lendings  admin-office
//	POST /kancelar/sprava/vypujcky  Lend  admin-office
//	POST /kancelar/sprava/vypujcky/:id/konec  EndLending  admin-office
//	GET /kancelar/sprava/zaznam  Log  view-audit
package desk

import (
	"context"

	"epom/board"
	"epom/forms"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/preview"
	"epom/internal/seal"
	"epom/offices"
	"epom/records/dispatch"
	"epom/routing"
	"epom/submissions"
	"epom/territory"
	"epom/users"
)

// Letters sends an invitation to work in an office. path is the local address of a one-time link, empty when the person
// has an account already and only is told.
type Letters interface {
	Invitation(ctx context.Context, to users.Account, office *offices.Office, path string) error
}

// Desk is the group of handlers.
type Desk struct {
	web.Staff
	Submissions *submissions.Service
	Sending     *dispatch.Law // of what goes out; nil = not shown
	Forms       *forms.Catalogue
	Router      *routing.Store
	Territory   *territory.Store
	Files       *blob.Store
	Letters     Letters
	Hooks       *board.Hooks
	Previews    *preview.Maker // looks into posted documents; nil = they are not looked into
	Seal        *seal.Sealer   // seals confirmations asked for at once; nil = they bear no seal
	BaseURL     string         // how the site is reached from outside, for paper; "" = as the request says
}
