package config

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const minSecret = 32

// Key derives a key of 32 bytes for one purpose from the installation's secret, so that what is signed for one thing
// is worth nothing for another. Without EPOM_SECRET the secret is a file of the data directory, made at first need.
func (c Config) Key(purpose string) ([]byte, error) {
	secret := c.Secret
	if secret == "" {
		var err error
		if secret, err = secretFile(c.DataDir); err != nil {
			return nil, err
		}
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(purpose))
	return mac.Sum(nil), nil
}

// secretFile reads the secret, or makes it. Of processes that start at once one makes it and all read the same: the
// file is written aside and then linked to its name, which fails when the name exists.
func secretFile(dir string) (string, error) {
	path := filepath.Join(dir, "secret")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeSecret(dir, path); err == nil {
			b, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return "", fmt.Errorf("the secret of the installation cannot be kept in %s: %w", dir, err)
	}
	secret := strings.TrimSpace(string(b))
	if len(secret) < minSecret {
		return "", fmt.Errorf("the file %s is damaged: it must hold at least %d characters.", path, minSecret)
	}
	return secret, nil
}

func makeSecret(dir, path string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".secret-*") // made with 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	_, err = f.WriteString(hex.EncodeToString(b) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
