// Package config reads the settings of the installation from the environment. A wrong one is told in one plain sentence.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is everything that differs between installations.
type Config struct {
	Addr           string        `env:"EPOM_ADDR" envDefault:"127.0.0.1:8080" help:"where the web listens, host:port"`
	InternalAddr   string        `env:"EPOM_INTERNAL_ADDR" help:"where metrics and profiles listen; empty = nowhere"`
	PublicURL      string        `env:"EPOM_PUBLIC_URL" help:"address people know, stands in mails and QR codes; empty = http:// and EPOM_ADDR"`
	DatabaseURL    string        `env:"EPOM_DATABASE_URL" help:"PostgreSQL, postgres://user:password@host/name; empty = private server in the data directory"`
	DatabaseConns  int           `env:"EPOM_DATABASE_CONNS" envDefault:"16" help:"most connections of one process"`
	DataDir        string        `env:"EPOM_DATA_DIR" envDefault:"./var" help:"files, secret and private server"`
	BlobURL        string        `env:"EPOM_BLOB_URL" help:"store of files, s3://bucket?region=…; empty = folder files in the data directory"`
	SMTPURL        string        `env:"EPOM_SMTP_URL" help:"smtp://user:password@host:587 or smtps://…:465; empty = mail is only kept"`
	MailFrom       string        `env:"EPOM_MAIL_FROM" envDefault:"e-POM <epom@localhost>" help:"sender of mails"`
	Clamd          string        `env:"EPOM_CLAMD" help:"antivirus, host:port or path of a socket; empty = none"`
	Secret         string        `env:"EPOM_SECRET" help:"at least 32 characters that sign cookies and links; empty = made once in the data directory"`
	SealCert       string        `env:"EPOM_SEAL_CERT" help:"file with the certificate of the seal, PEM or PKCS#12; empty = trial seals without legal effects"`
	SealKey        string        `env:"EPOM_SEAL_KEY" help:"PEM file with the key of the seal; empty = it is in EPOM_SEAL_CERT"`
	SealPassword   string        `env:"EPOM_SEAL_PASSWORD" help:"password of a PKCS#12 file"`
	TSAURL         string        `env:"EPOM_TSA_URL" help:"time-stamping authority, https://tsa.example.cz/tsa; empty = trial timestamps without legal effects"`
	TSAUser        string        `env:"EPOM_TSA_USER" help:"user at the time-stamping authority"`
	TSAPassword    string        `env:"EPOM_TSA_PASSWORD" help:"password at the time-stamping authority"`
	TSAPolicy      string        `env:"EPOM_TSA_POLICY" help:"policy timestamps must have, such as 1.3.6.1.4.1.11801.2.1; empty = any"`
	TrustRoots     string        `env:"EPOM_TRUST_ROOTS" help:"folder with PEM files of certificates that checks of signatures trust; empty = none"`
	Workers        int           `env:"EPOM_WORKERS" envDefault:"4" help:"background jobs done at once; 0 = none in this process"`
	TrustedProxies []string      `env:"EPOM_TRUSTED_PROXIES" help:"addresses of reverse proxies, 10.0.0.0/8,192.0.2.1"`
	HooksAnywhere  bool          `env:"EPOM_HOOKS_ANYWHERE" help:"calls to other systems may go by http and into the own network: for trials only"`
	ARESURL        string        `env:"EPOM_ARES_URL" envDefault:"https://ares.gov.cz/ekonomicke-subjekty-v-be/rest" help:"register of economic subjects; off = names and seats are typed by hand"`
	KioskIdle      time.Duration `env:"EPOM_KIOSK_IDLE" envDefault:"60s" help:"stillness after which a kiosk forgets the person, at least 10s"`
	LogLevel       slog.Level    `env:"EPOM_LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	LogFormat      string        `env:"EPOM_LOG_FORMAT" envDefault:"text" help:"text or json"`
}

// Load reads the settings from the environment of the process.
func Load() (Config, error) { return LoadFrom(env.ToMap(os.Environ())) }

// LoadFrom reads the settings from given variables. The error joins one sentence a wrong variable.
func LoadFrom(vars map[string]string) (Config, error) {
	var c Config
	err := env.ParseWithOptions(&c, env.Options{Environment: tidy(vars)})
	var wrong []error
	var all env.AggregateError
	if errors.As(err, &all) {
		for _, e := range all.Errors {
			wrong = append(wrong, sentence(e))
		}
	} else if err != nil {
		wrong = append(wrong, err)
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Addr
	}
	if err := errors.Join(append(wrong, c.check()...)...); err != nil {
		return Config{}, err
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	return c, nil
}

// tidy leaves out variables that are set to nothing, so that their defaults hold.
func tidy(vars map[string]string) map[string]string {
	kept := map[string]string{}
	for k, v := range vars {
		if v = strings.TrimSpace(v); v != "" {
			kept[k] = v
		}
	}
	return kept
}

// sentence says a failure of the parser in plain words; the value is left out, it may be a secret.
func sentence(err error) error {
	var p env.ParseError
	if errors.As(err, &p) {
		for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
			if f.Name == p.Name {
				return fmt.Errorf("%s is not right; it should be: %s.", f.Tag.Get("env"), f.Tag.Get("help"))
			}
		}
	}
	return err
}

func (c Config) check() (wrong []error) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	for name, addr := range map[string]string{"EPOM_ADDR": c.Addr, "EPOM_INTERNAL_ADDR": c.InternalAddr} {
		if _, port, err := net.SplitHostPort(addr); addr != "" && (err != nil || port == "") {
			say("%s must be host:port, such as 127.0.0.1:8080.", name)
		}
	}
	if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
		say("EPOM_PUBLIC_URL must be an address without a path, such as https://podani.kraj.cz.")
	}
	if u, err := url.Parse(c.DatabaseURL); c.DatabaseURL != "" && (err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql")) {
		say("EPOM_DATABASE_URL must be an address such as postgres://user:password@host/name.")
	}
	if u, err := url.Parse(c.SMTPURL); c.SMTPURL != "" && (err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps")) {
		say("EPOM_SMTP_URL must be an address such as smtp://user:password@host:587.")
	}
	if c.KioskIdle < 10*time.Second {
		say("EPOM_KIOSK_IDLE must be at least 10s: people read slowly.")
	}
	if u, err := url.Parse(c.BlobURL); c.BlobURL != "" && (err != nil || u.Scheme == "") {
		say("EPOM_BLOB_URL must be an address such as s3://bucket?region=eu-central-1.")
	}
	if _, err := mail.ParseAddress(c.MailFrom); err != nil {
		say("EPOM_MAIL_FROM must be an e-mail address, such as e-POM <epom@kraj.cz>.")
	}
	for i, p := range c.TrustedProxies {
		c.TrustedProxies[i] = strings.TrimSpace(p)
		_, err1 := netip.ParseAddr(c.TrustedProxies[i])
		_, err2 := netip.ParsePrefix(c.TrustedProxies[i])
		if err1 != nil && err2 != nil {
			say("EPOM_TRUSTED_PROXIES must list addresses or networks, such as 10.0.0.0/8,192.0.2.1.")
			break
		}
	}
	if c.Secret != "" && len(c.Secret) < minSecret {
		say("EPOM_SECRET must have at least %d characters.", minSecret)
	}
	if u, err := url.Parse(c.TSAURL); c.TSAURL != "" && (err != nil || u.Hostname() == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https")) {
		say("EPOM_TSA_URL must be an address such as https://tsa.example.cz/tsa, without a name and password.")
	}
	if c.SealCert != "" && c.TSAURL == "" {
		say("EPOM_SEAL_CERT needs EPOM_TSA_URL, because a seal needs timestamps.")
	}
	if (c.SealKey != "" || c.SealPassword != "") && c.SealCert == "" {
		say("EPOM_SEAL_KEY and EPOM_SEAL_PASSWORD need EPOM_SEAL_CERT.")
	}
	if (c.TSAUser != "" || c.TSAPassword != "" || c.TSAPolicy != "") && c.TSAURL == "" {
		say("EPOM_TSA_USER, EPOM_TSA_PASSWORD and EPOM_TSA_POLICY need EPOM_TSA_URL.")
	}
	if strings.Trim(c.TSAPolicy, "0123456789.") != "" {
		say("EPOM_TSA_POLICY must be numbers with dots, such as 1.3.6.1.4.1.11801.2.1.")
	}
	if c.Workers < 0 || c.Workers > 256 {
		say("EPOM_WORKERS must be between 0 and 256.")
	}
	if c.DatabaseConns < 2 || c.DatabaseConns > 1000 {
		say("EPOM_DATABASE_CONNS must be between 2 and 1000.")
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		say("EPOM_LOG_FORMAT must be text or json.")
	}
	return wrong
}

// Secure tells whether people come by https, so that cookies must not travel otherwise.
func (c Config) Secure() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// LogValue shows the settings without secrets.
func (c Config) LogValue() slog.Value {
	shown := []slog.Attr{}
	v := reflect.ValueOf(c)
	for i, f := range reflect.VisibleFields(v.Type()) {
		said := fmt.Sprint(v.Field(i).Interface())
		switch u, err := url.Parse(said); {
		case said == "":
		case f.Name == "Secret" || strings.HasSuffix(f.Name, "Password"):
			said = "set"
		case err != nil && strings.HasSuffix(f.Name, "URL"):
			said = "unreadable"
		case err == nil && u.User != nil:
			said = u.Redacted()
		}
		shown = append(shown, slog.String(f.Tag.Get("env"), said))
	}
	return slog.GroupValue(shown...)
}

// Help is a table of all settings: variable, what for, default.
func Help() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		line := f.Tag.Get("help")
		if d := f.Tag.Get("envDefault"); d != "" {
			line += " (" + d + ")"
		}
		fmt.Fprintf(w, "  %s\t%s\n", f.Tag.Get("env"), line)
	}
	_ = w.Flush() // into memory
	return b.String()
}
