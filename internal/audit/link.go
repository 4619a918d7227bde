package audit

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
)

// Genesis is what the first row of an office's log is chained to.
func Genesis(office int32) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "epom %d", office))
	return sum[:]
}

// Link is the hash of a row as the database makes it (audit_hash): over the hash before it and the row. data is the JSON as
// the database writes it.
func Link(before []byte, office int32, seq int64, at time.Time, actor, action, objectType, objectID, data string) []byte {
	micro := at.UnixMicro()
	h := sha256.New()
	h.Write(before)
	h.Write([]byte(strings.Join([]string{fmt.Sprint(office), fmt.Sprint(seq), fmt.Sprintf("%d.%06d", micro/1e6, micro%1e6), actor, action, objectType, objectID, data}, "\x1f")))
	return h.Sum(nil)
}
