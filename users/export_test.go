package users

import (
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// HashFor makes a PHC string with parameters of former days.
func HashFor(password string, memory, time uint32) string {
	salt, enc := []byte("salt of the past"), base64.RawStdEncoding
	key := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, time, memory, 1, 32)
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", memory, time, enc.EncodeToString(salt), enc.EncodeToString(key))
}
