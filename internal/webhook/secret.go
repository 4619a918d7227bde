package webhook

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
)

const secretPrefix = "epom_"

// NewSecret is a fresh secret as people copy it.
func NewSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return secretPrefix + base64.RawURLEncoding.EncodeToString(b[:])
}

// IsSecret tells whether a text is a secret made here.
func IsSecret(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(s, secretPrefix))
	return err == nil && strings.HasPrefix(s, secretPrefix) && len(b) == 32
}

// Lock seals a secret with a key of 32 bytes, so that a copy of the database is worth nothing; about binds it to its place
// (AES-256-GCM).
func Lock(key []byte, secret, about string) ([]byte, error) {
	box, err := aead(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce)
	return box.Seal(nonce, nonce, []byte(secret), []byte(about)), nil
}

// Unlock opens what Lock sealed for the same place.
func Unlock(key, sealed []byte, about string) (string, error) {
	box, err := aead(key)
	if err != nil {
		return "", err
	}
	if len(sealed) < box.NonceSize() {
		return "", errors.New("webhook: the secret is damaged")
	}
	secret, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(about))
	if err != nil {
		return "", errors.New("webhook: the secret was sealed with another key")
	}
	return string(secret), nil
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
