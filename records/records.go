package records

import (
	_ "embed"

	"epom/internal/db"
)

//go:embed records.sql
var sqlText string

//go:embed handling.sql
var handlingText string

var (
	sql      = db.Load("records", sqlText)
	handling = db.Load("records-handling", handlingText) // circulation, warnings, the unanswered
)
