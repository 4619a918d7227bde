package records

import (
	_ "embed"

	"epom/internal/db"
)

//go:embed records.sql
var sqlText string

var sql = db.Load("records", sqlText)
