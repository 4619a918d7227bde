package users

import (
	"context"
	"slices"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// InviteLife is how long an invited person may take to come for the first time.
const InviteLife = 7 * 24 * time.Hour

// Member is one role of one person in an office.
type Member struct {
	Account   int64     `db:"account_id"`
	Email     string    `db:"email"`
	Name      string    `db:"name"`
	Disabled  bool      `db:"disabled"`
	Role      Role      `db:"role"`
	Unit      int32     `db:"unit_id"` // 0 = the whole office
	ValidFrom time.Time `db:"valid_from"`
}

// Members lists who has which role in the scope's office now.
func (s *Store) Members(ctx context.Context, by db.Scope) ([]Member, error) {
	list := []Member{}
	err := s.DB.Tx(ctx, by, func(tx *db.Tx) error {
		return tx.SelectContext(ctx, &list, queries.Get("members"), by.Office, s.Clock.Now())
	})
	return list, err
}

// AddMember gives an account a role in the scope's office, from now on.
func (s *Store) AddMember(ctx context.Context, by db.Scope, account int64, role Role, unit int32) error {
	return s.DB.Tx(ctx, by, func(tx *db.Tx) error { return s.addMember(ctx, tx, account, role, unit) })
}

func (s *Store) addMember(ctx context.Context, tx *db.Tx, account int64, role Role, unit int32) error {
	if !slices.Contains(Roles, role) {
		return errs.Fields(errs.Field{Name: "role", Message: "Vyberte roli ze seznamu."})
	}
	s.note(tx, "member.added", account, map[string]any{"role": role, "unit": unit})
	_, err := tx.ExecContext(ctx, queries.Get("add-membership"), tx.Office, account, role, unit, s.Clock.Now())
	return err
}

// EndMember takes a role in the scope's office away from an account at once. The last admin stays: an office without
// one could be helped by nobody of its own.
func (s *Store) EndMember(ctx context.Context, by db.Scope, account int64, role Role) error {
	return s.DB.Tx(ctx, by, func(tx *db.Tx) error {
		now := s.Clock.Now()
		if role == Admin {
			var admins []int64
			if err := tx.SelectContext(ctx, &admins, queries.Get("lock-admins"), tx.Office, now); err != nil {
				return err
			}
			if slices.Equal(admins, []int64{account}) {
				return errs.New(errs.Conflict, "Úřad musí mít aspoň jednoho správce. Nejdřív určete dalšího.")
			}
		}
		s.note(tx, "member.ended", account, map[string]any{"role": role})
		return one(tx.ExecContext(ctx, queries.Get("end-membership"), tx.Office, account, role, now))
	})
}

// Invitation asks a person to work in an office.
type Invitation struct {
	Email, Name string
	Roles       []Role
	Unit        int32 // 0 = the whole office
}

// Invite gives a person roles in the scope's office and makes the account when the e-mail is new. link is the token of
// a one-time link to be sent to that e-mail; it is empty when the person has an account already: an office must not
// come by a key to somebody's account in another one.
func (s *Store) Invite(ctx context.Context, by db.Scope, inv Invitation) (a Account, link string, err error) {
	email, name, err := cleanPerson(inv.Email, inv.Name)
	if err != nil {
		return a, "", err
	}
	if len(inv.Roles) == 0 {
		return a, "", errs.Fields(errs.Field{Name: "role", Message: "Vyberte aspoň jednu roli."})
	}
	err = s.DB.Tx(ctx, by, func(tx *db.Tx) error {
		err := db.Classify(tx.GetContext(ctx, &a, queries.Get("account-by-email"), email))
		if errs.Is(err, errs.NotFound) {
			if a, err = s.create(ctx, tx, email, name, false); err != nil {
				return err
			}
			var hash []byte
			link, hash = newToken()
			_, err = tx.ExecContext(ctx, queries.Get("create-link"), hash, a.ID, s.Clock.Now().Add(InviteLife))
		}
		if err != nil {
			return err
		}
		for _, r := range inv.Roles {
			if err := s.addMember(ctx, tx, a.ID, r, inv.Unit); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Account{}, "", err
	}
	a.PasswordHash = ""
	return a, link, nil
}
