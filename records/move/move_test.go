package move

import (
	"strings"
	"testing"

	"epom/internal/testdb"
)

// Every table with rows of offices goes along or is named with a reason, and nothing is named that is not there.
func TestTheCatalogueIsCovered(t *testing.T) {
	t.Parallel()
	owner := testdb.Owner(t, testdb.New(t))
	tables, err := catalogue(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string]bool{}
	for _, tb := range tables {
		for _, c := range tb.columns {
			columns[tb.name+"."+c.Name] = true
		}
	}
	for name := range relinked {
		if !columns[name] {
			t.Errorf("column %s is not there", name)
		}
	}
	for _, must := range []string{"case_file", "document", "component", "party", "counter", "audit_event", "posting_evidence", "log_day", "submission", "membership", "unit"} {
		if !columns[must+".office_id"] {
			t.Errorf("table %s does not go along", must)
		}
	}
	var names []string
	if err := owner.Select(&names, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(names, " ") + " "
	for name, why := range Stays {
		if !strings.Contains(all, name+" ") || why == "" {
			t.Errorf("%s stays (%s), but is not there", name, why)
		}
	}
	for _, h := range handed {
		for c := range h.change {
			if !columns[h.table+"."+c] {
				t.Errorf("column %s.%s is not there", h.table, c)
			}
		}
	}
}
