// Package move carries a whole office from one installation to another: every row, every file, the same numbers. What goes
// along is read from the catalogue of the database, so that a table that is added later goes along too; what stays is named
// here with the reason.
//
// Ids of rows stay as they are: keys begin with the office, so they cannot meet those of other offices. Only the office's own
// number changes and the numbers of accounts, which are matched by e-mail. Rows of the log keep their hashes: those hold the
// office's number of the installation that wrote them, which is kept as the office's origin.
package move

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
)

//go:embed move.sql
var text string

var sql = db.Load("records-move", text)

// Stays are the tables with rows of offices that do not go along, with the reason.
var Stays = map[string]string{
	"audit_head":          "follows from the log",
	"evidence_head":       "follows from the evidence",
	"mail_message":        "letters are sent by the installation that wrote them",
	"session":             "people sign in anew",
	"lending":             "lent clerks are people of offices that stay here",
	"told_news":           "subscriptions belong to people, who subscribe anew",
	"posting_feed":        "made anew: it holds addresses of the installation",
	"competence_proposal": "the competence of offices is the installation's",
	"find_row":            "made anew: the index of the search",
	"find_due":            "made anew: what the index waits for",
	"book":                "lists and exports live a week; they are made anew when asked for",
	"job":                 "only what is not done, see jobs",
}

// verbatim are tables whose rows are hashed as they are.
var verbatim = map[string]bool{"audit_event": true, "posting_evidence": true}

// relinked are columns that lead to rows of other offices, with what they become: NULL when the other end is not here. What
// they said stands in the case file and in the log. A referral is tied again when its other half is here or comes later.
var relinked = map[string]string{
	"submission.from_office": "(SELECT s.office_id FROM submission s WHERE s.reference = x.reference AND s.to_office = CAST($2 AS int) AND s.to_id = x.id)",
	"submission.from_id":     "(SELECT s.id FROM submission s WHERE s.reference = x.reference AND s.to_office = CAST($2 AS int) AND s.to_id = x.id)",
	"submission.to_office":   "(SELECT s.office_id FROM submission s WHERE x.to_office IS NOT NULL AND s.reference = x.reference AND s.to_office IS NULL AND s.office_id <> CAST($2 AS int))",
	"submission.to_id":       "(SELECT s.id FROM submission s WHERE x.to_office IS NOT NULL AND s.reference = x.reference AND s.to_office IS NULL AND s.office_id <> CAST($2 AS int))",
	"office_origin.accounts": "(SELECT COALESCE(jsonb_object_agg(a.key, COALESCE(CAST($3 AS jsonb) -> a.value, to_jsonb(a.value))), '{}') FROM jsonb_each_text(x.accounts) a)",
	"dispatch.to_office":     "NULL", // the other office has its own copy; what came of it stands in the events
	"posting.contract_id":    "NULL", // contracts are between offices of an installation; whom the posting was for stands in it
}

// column of a table that goes along.
type column struct {
	Table    string `db:"name"`
	Name     string `db:"column"`
	Type     string `db:"type"`
	Identity bool   `db:"identity"`
	Refers   string `db:"refers"` // to a table beyond the office by this column alone
	InKey    int    `db:"in_key"` // its place in the primary key; 0 = none
}

// table that goes along.
type table struct {
	name    string
	columns []column
}

// key are the columns of the primary key in their order.
func (t table) key() string {
	var names []string
	keys := slices.Clone(t.columns)
	slices.SortStableFunc(keys, func(a, b column) int { return a.InKey - b.InKey })
	for _, c := range keys {
		if c.InKey > 0 {
			names = append(names, quote(c.Name))
		}
	}
	return strings.Join(names, ", ")
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// catalogue reads what goes along. A column that refers beyond the office to something unknown is an error: somebody must
// say here what becomes of it.
func catalogue(ctx context.Context, q sqlx.QueryerContext) (list []table, err error) {
	var columns []column
	if err := sqlx.SelectContext(ctx, q, &columns, sql.Get("unscoped-tables")); err != nil {
		return nil, db.Classify(err)
	}
	for _, c := range columns {
		if Stays[c.Table] != "" {
			continue
		}
		if len(list) == 0 || list[len(list)-1].name != c.Table {
			list = append(list, table{name: c.Table})
		}
		t := &list[len(list)-1]
		t.columns = append(t.columns, c)
		known := c.Refers == "" || c.Refers == "account" || c.Name == "office_id" && c.Refers == "office" || relinked[c.Table+"."+c.Name] != ""
		if !known {
			return nil, fmt.Errorf("move: column %s.%s refers to %s; say in records/move what becomes of it", c.Table, c.Name, c.Refers)
		}
	}
	for _, t := range list {
		if t.key() == "" {
			return nil, fmt.Errorf("move: table %s has no primary key", t.name)
		}
	}
	return list, nil
}

// insert is the part of the statement that puts the staged rows of a table in: $1 = package, $2 = the office here, $3 =
// numbers of accounts there → here.
func (t table) insert() string {
	var names, values []string
	for _, c := range t.columns {
		names = append(names, quote(c.Name))
		v := "x." + quote(c.Name)
		switch {
		case c.Name == "office_id":
			v = "CAST($2 AS int)"
		case relinked[t.name+"."+c.Name] != "":
			v = relinked[t.name+"."+c.Name]
		case c.Refers == "account":
			v = fmt.Sprintf("CAST(CAST($3 AS jsonb) ->> CAST(%s AS text) AS bigint)", v)
		case c.Type == "text" && !verbatim[t.name]:
			v = fmt.Sprintf("CASE WHEN %s LIKE 'account:%%' THEN COALESCE('account:' || (CAST($3 AS jsonb) ->> substr(%s, 9)), %s) ELSE %s END", v, v, v, v)
		}
		values = append(values, v)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM move_row r, jsonb_populate_record(CAST(NULL AS %s), r.row) x WHERE r.package = $1 AND r.name = '%s' ORDER BY r.n",
		quote(t.name), strings.Join(names, ", "), strings.Join(values, ", "), quote(t.name), t.name)
}
