package config_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"epom/internal/config"
)

func TestDefaultsNeedNothing(t *testing.T) {
	t.Parallel()
	c, err := config.LoadFrom(map[string]string{"EPOM_ADDR": "", "EPOM_WORKERS": "  "})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || c.DataDir != "./var" || c.PublicURL != "http://127.0.0.1:8080" || c.Workers != 4 ||
		c.Secure() || c.LogLevel != slog.LevelInfo || c.InternalAddr != "" || c.TrustedProxies != nil {
		t.Errorf("%+v", c)
	}
}

func TestSettingsAreRead(t *testing.T) {
	t.Parallel()
	c, err := config.LoadFrom(map[string]string{"EPOM_PUBLIC_URL": "https://podani.example.cz/", "EPOM_LOG_LEVEL": "debug",
		"EPOM_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.1", "EPOM_WORKERS": "0"})
	if err != nil {
		t.Fatal(err)
	}
	proxies := []string{"10.0.0.0/8", "192.0.2.1"}
	if c.PublicURL != "https://podani.example.cz" || !c.Secure() || c.LogLevel != slog.LevelDebug || !slices.Equal(c.TrustedProxies, proxies) || c.Workers != 0 {
		t.Errorf("%+v", c)
	}
}

func TestWrongSettingsAreOneSentenceEach(t *testing.T) {
	t.Parallel()
	for name, values := range map[string][]string{
		"EPOM_ADDR": {"8080", "127.0.0.1:"}, "EPOM_INTERNAL_ADDR": {"x"}, "EPOM_PUBLIC_URL": {"podani.cz", "ftp://a", "https://a/b"},
		"EPOM_DATABASE_URL": {"mysql://tajne-heslo@host", "host=a", "postgres://tajne-heslo%zz"}, "EPOM_SMTP_URL": {"mail.cz", "smtp://", "http://tajne-heslo@a"},
		"EPOM_MAIL_FROM": {"nikdo"}, "EPOM_BLOB_URL": {"files"}, "EPOM_SECRET": {"tajne-heslo"}, "EPOM_WORKERS": {"-1", "mnoho"},
		"EPOM_TRUSTED_PROXIES": {"proxy", "10.0.0.0/99"}, "EPOM_TSA_URL": {"tsa.cz", "https://u:tajne-heslo@tsa.cz", "ftp://tsa.cz"}, "EPOM_SEAL_CERT": {"pecet.pem"},
		"EPOM_LOG_LEVEL": {"loud"}, "EPOM_LOG_FORMAT": {"xml"}, "EPOM_DATABASE_CONNS": {"1"},
	} {
		for _, v := range values {
			_, err := config.LoadFrom(map[string]string{name: v})
			if err == nil {
				t.Errorf("%s=%s was accepted", name, v)
				continue
			}
			said := err.Error()
			if !strings.HasPrefix(said, name+" ") || !strings.HasSuffix(said, ".") || strings.Contains(said, "\n") || strings.Contains(said, "tajne") {
				t.Errorf("%s=%s: %q", name, v, said)
			}
		}
	}
	_, err := config.LoadFrom(map[string]string{"EPOM_ADDR": "x", "EPOM_WORKERS": "y", "EPOM_LOG_FORMAT": "z"})
	if n := strings.Count(err.Error(), "\n") + 1; n != 3 {
		t.Errorf("%d sentences for three wrong settings: %v", n, err)
	}
}

func TestSettingsOfTheSealStandTogether(t *testing.T) {
	t.Parallel()
	for _, vars := range []map[string]string{
		{"EPOM_SEAL_KEY": "k.pem"}, {"EPOM_SEAL_PASSWORD": "x"}, {"EPOM_TSA_USER": "u"}, {"EPOM_TSA_PASSWORD": "x"}, {"EPOM_TSA_POLICY": "1.2"},
		{"EPOM_TSA_URL": "https://tsa.cz", "EPOM_TSA_POLICY": "qualified"},
	} {
		if _, err := config.LoadFrom(vars); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v", vars, err)
		}
	}
}

func TestHelpNamesEverySetting(t *testing.T) {
	t.Parallel()
	help := config.Help()
	for _, name := range []string{"EPOM_ADDR", "EPOM_DATABASE_URL", "EPOM_DATA_DIR", "EPOM_SMTP_URL", "EPOM_BLOB_URL", "EPOM_SECRET", "(127.0.0.1:8080)"} {
		if !strings.Contains(help, name) {
			t.Errorf("%s is missing in\n%s", name, help)
		}
	}
	for line := range strings.Lines(help) {
		if len(strings.Fields(line)) < 3 {
			t.Errorf("no explanation: %q", line)
		}
	}
}

func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	c, err := config.LoadFrom(map[string]string{"EPOM_SECRET": strings.Repeat("tajne", 8), "EPOM_DATABASE_URL": "postgres://u:tajne@h/d",
		"EPOM_SMTP_URL": "smtp://u:tajne@h:25", "EPOM_SEAL_CERT": "pecet.p12", "EPOM_SEAL_PASSWORD": "tajne", "EPOM_TSA_URL": "https://tsa.cz", "EPOM_TSA_USER": "obec",
		"EPOM_TSA_PASSWORD": "tajne"})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("start", "config", c)
	if strings.Contains(b.String(), "tajne") || !strings.Contains(b.String(), "config.EPOM_ADDR=127.0.0.1:8080") {
		t.Error(b.String())
	}
}

func TestTheSecretIsMadeOnceByAllAtOnce(t *testing.T) {
	t.Parallel()
	c := config.Config{DataDir: filepath.Join(t.TempDir(), "new", "var")}
	keys := make([]string, 16)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			k, err := c.Key("cookie")
			if err != nil {
				t.Error(err)
			}
			keys[i] = string(k)
		})
	}
	wg.Wait()
	if slices.Sort(keys); keys[0] != keys[15] || len(keys[0]) != 32 {
		t.Error("processes that start at once have different secrets")
	}
	if other, err := c.Key("link"); err != nil || string(other) == keys[0] {
		t.Errorf("two purposes share a key (%v)", err)
	}
	entries, err := os.ReadDir(c.DataDir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v (%v)", entries, err)
	}
	if info, err := os.Stat(filepath.Join(c.DataDir, "secret")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(c.DataDir, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Key("cookie"); err == nil {
		t.Error("a damaged secret was used")
	}
}
