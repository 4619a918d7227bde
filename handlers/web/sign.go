package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Seal writes a value so that a page may carry it and bring it back unchanged; use says what for and for whom.
func Seal(c *fiber.Ctx, use string, value any) (string, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(data)
	return text + "." + base64.RawURLEncoding.EncodeToString(mac(c, use, text)), nil
}

// Unseal reads a sealed value back; false when it is not ours or was made for another use.
func Unseal(c *fiber.Ctx, use, sealed string, into any) bool {
	text, sum, ok := strings.Cut(sealed, ".")
	if !ok {
		return false
	}
	got, err := base64.RawURLEncoding.DecodeString(sum)
	if err != nil || !hmac.Equal(got, mac(c, use, text)) {
		return false
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && json.Unmarshal(data, into) == nil
}

func mac(c *fiber.Ctx, use, text string) []byte {
	m := hmac.New(sha256.New, settings(c).Secret)
	m.Write([]byte("seal\x00" + use + "\x00" + text))
	return m.Sum(nil)
}
