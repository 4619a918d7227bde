package users

import "slices"

// Role is what somebody is in an office.
type Role string

// The roles of people in an office. Running the installation is no role of an office: see Account.Operator.
const (
	Admin    Role = "admin"    // správce úřadu
	Mailroom Role = "mailroom" // podatelna
	Clerk    Role = "clerk"    // referent, oprávněná úřední osoba
	Board    Role = "board"    // správce úřední desky
	Auditor  Role = "auditor"  // kontrola: reads, changes nothing
	Lent     Role = "lent"     // výpomoc: a clerk of another office, within the limits of a lending; never given as a role
)

// Roles lists those an office gives to people, in the order they are offered.
var Roles = []Role{Admin, Mailroom, Clerk, Board, Auditor}

// Act is something a person may be allowed to do.
type Act string

// The acts that are guarded.
const (
	SeeMail     Act = "see-mail"     // read the office's submissions, journal and files
	SeeBooks    Act = "see-books"    // whole books, reports, the name register, records store: more than a lent clerk has business in
	StandIn     Act = "stand-in"     // write down who is away and who stands in
	Register    Act = "register"     // take in what came by post, counter or e-mail
	Assign      Act = "assign"       // hand an item to a clerk
	Handle      Act = "handle"       // ask for completion, answer, close
	Forward     Act = "forward"      // refer to the competent office
	KeepStore   Act = "keep-store"   // records store: take over, boxes, loans
	Dispose     Act = "dispose"      // propose and carry out disposal
	Post        Act = "post"         // put up and take down on the official board
	AdminOffice Act = "admin-office" // people, units, hours, limits, own rows of competence
	ViewAudit   Act = "view-audit"   // read the audit log
	Operate     Act = "operate"      // run the installation
)

// allowed is the whole table of who may do what in an office.
var allowed = map[Role][]Act{
	Admin:    {AdminOffice, ViewAudit},
	Mailroom: {SeeMail, SeeBooks, Register, Assign, Forward, KeepStore, Dispose},
	Clerk:    {SeeMail, SeeBooks, StandIn, Register, Assign, Handle, Forward, KeepStore},
	Board:    {Post},
	Auditor:  {SeeMail, SeeBooks, ViewAudit},
	Lent:     {SeeMail, Assign, Handle},
}

// Can tells whether a person may do an act in the office where the session is. Nobody (nil) may do nothing, and an
// operator gains nothing in an office by running the installation.
func Can(s *Session, a Act) bool {
	if s == nil {
		return false
	}
	if a == Operate {
		return s.Account.Operator
	}
	return slices.ContainsFunc(s.Roles, func(r Role) bool { return slices.Contains(allowed[r], a) })
}
