package users

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"epom/internal/errs"
)

// Parameters of argon2id (OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane).
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLanes  = 1
	argonKey    = 32
)

// hashing bounds how many hashes are computed at once, and with it the memory they take.
var hashing = make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))

// nobody is what a password is compared with when there is no account: it takes as long and never fits.
var nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + strings.Repeat("A", 43)

func checkPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return errs.Fields(errs.Field{Name: "password", Message: "Heslo obsahuje znaky, které nejde přečíst."})
	case n < 12:
		return errs.Fields(errs.Field{Name: "password", Message: "Heslo musí mít aspoň 12 znaků. Dobře poslouží několik slov za sebou."})
	case n > 200:
		return errs.Fields(errs.Field{Name: "password", Message: "Heslo může mít nejvýš 200 znaků."})
	}
	return nil
}

// derive computes a key; the password is brought to one form first, since keyboards compose accents differently.
func derive(ctx context.Context, password string, salt []byte, memory, time uint32, lanes uint8, size uint32) ([]byte, error) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, errs.Wrap(errs.Unavailable, ctx.Err(), "")
	}
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, time, memory, lanes, size), nil
}

// hashPassword returns the PHC string of a password.
func hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	key, err := derive(ctx, password, salt, argonMemory, argonTime, argonLanes, argonKey)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

// verifyPassword compares a password with a PHC string. stale tells that the string was made with other parameters and
// should be made anew.
func verifyPassword(ctx context.Context, password, phc string) (ok, stale bool, err error) {
	var version int
	var memory, time uint32
	var lanes uint8
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, false, fmt.Errorf("users: a password hash of an unknown form")
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, false, fmt.Errorf("users: a password hash of version %q", parts[2])
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &lanes); err != nil || lanes == 0 || time == 0 {
		return false, false, fmt.Errorf("users: a password hash with parameters %q", parts[3])
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false, false, fmt.Errorf("users: a damaged password hash")
	}
	got, err := derive(ctx, password, salt, memory, time, lanes, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	stale = memory != argonMemory || time != argonTime || lanes != argonLanes || len(want) != argonKey
	return subtle.ConstantTimeCompare(got, want) == 1, stale, nil
}
