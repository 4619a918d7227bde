package desk

import (
	"context"
	"strconv"
	"strings"

	"epom/users"
)

// directory names people: those of an office, and others who acted in its matters.
type directory struct {
	names map[int64]string
	list  []Person // those who may get a case file
	find  func(int64) string
}

// members reads who works in the office. The directory asks the database for others, so use it outside transactions.
func (d *Desk) members(ctx context.Context, s *users.Session) (directory, error) {
	members, err := d.Users.Members(ctx, s.Scope())
	dir := directory{names: map[int64]string{}, find: func(id int64) string {
		a, err := d.Users.Account(ctx, id)
		if err != nil {
			return "účet " + strconv.FormatInt(id, 10)
		}
		return a.Name
	}}
	for _, m := range members {
		dir.names[m.Account] = m.Name
		switch {
		case m.Disabled:
		case m.Role == users.Clerk:
			dir.list = append(dir.list, Person{ID: m.Account, Name: m.Name})
		case m.Role == users.Lent:
			dir.list = append(dir.list, Person{ID: m.Account, Name: m.Name + " (výpomoc)"})
		}
	}
	return dir, err
}

// clerks are the people a case file may be given to, the present clerk chosen.
func (dir directory) clerks(present *int64) []Person {
	list := make([]Person, len(dir.list))
	copy(list, dir.list)
	for i := range list {
		list[i].Selected = present != nil && *present == list[i].ID
	}
	return list
}

// name says who did something in words: "account:12" → the person's name.
func (dir directory) name(actor string) string {
	kind, rest, _ := strings.Cut(actor, ":")
	switch kind {
	case "citizen":
		return "občan"
	case "system":
		return "systém"
	case "visitor":
		return "nepřihlášený návštěvník"
	case "shell":
		return "správce serveru"
	}
	id, err := strconv.ParseInt(rest, 10, 64)
	if err != nil {
		return actor
	}
	return dir.account(id)
}

// account names the person of an account.
func (dir directory) account(id int64) string {
	if dir.names[id] == "" {
		dir.names[id] = dir.find(id)
	}
	return dir.names[id]
}
