package territory

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"epom/internal/errs"
)

// DefaultURLs are the official files of ČÚZK: code lists from the region down to the part of a municipality, and the
// addresses of the country. {date} is the last day of the previous month, {today} the present day.
var DefaultURLs = append(codeLists("UI_VUSC", "UI_OKRES", "UI_ORP", "UI_POU", "UI_OBEC", "UI_MOMC", "UI_CAST_OBCE"),
	"https://vdp.cuzk.gov.cz/vymenny_format/csv/{date}_OB_ADR_csv.zip")

func codeLists(names ...string) (out []string) {
	for _, n := range names {
		out = append(out, "https://www.cuzk.cz/CUZK/media/CiselnikyISUI/"+n+"/"+n+".zip?ext=.zip")
	}
	return out
}

// FetchOptions of a download.
type FetchOptions struct {
	URLs   []string // none = DefaultURLs
	Dir    string   // where files are kept; parts of broken downloads wait there
	Today  time.Time
	Idle   time.Duration // nothing came for so long = broken off; 0 = 60 s
	Tries  int           // how many times a download is taken up again; 0 = 5
	Client *http.Client  // nil = the default one
	Say    func(string)  // called with what is being done, may be nil
}

// Fetch downloads the files and answers their paths; only whole files are answered. A download broken off is taken up
// where it ended, at once and again at the next run. Unavailable: the server fails; NotFound: the file is not there for
// this nor the previous month. Both say what to do.
func Fetch(ctx context.Context, o FetchOptions) ([]string, error) {
	if len(o.URLs) == 0 {
		o.URLs = DefaultURLs
	}
	if o.Idle == 0 {
		o.Idle = time.Minute
	}
	if o.Tries == 0 {
		o.Tries = 5
	}
	if o.Client == nil {
		o.Client = &http.Client{Transport: &http.Transport{ResponseHeaderTimeout: o.Idle, Proxy: http.ProxyFromEnvironment}}
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	var out []string
	for _, pattern := range o.URLs {
		remote, err := o.find(ctx, pattern)
		if err != nil {
			return nil, err
		}
		file, err := o.download(ctx, remote)
		if err != nil {
			return nil, err
		}
		out = append(out, file)
	}
	return out, nil
}

// remote is a file that the server says it has.
type remote struct {
	url  string
	size int64 // -1 = not said
	tag  string
}

// find chooses the newest state: the last day of the previous month, else of the one before.
func (o *FetchOptions) find(ctx context.Context, pattern string) (remote, error) {
	y, m, _ := o.Today.Date()
	months := 2
	if !strings.Contains(pattern, "{date}") {
		months = 1
	}
	var tried string
	for i := range months {
		last := time.Date(y, m-time.Month(i), 0, 0, 0, 0, 0, time.UTC)
		tried = strings.NewReplacer("{date}", last.Format("20060102"), "{today}", o.Today.Format("02.01.2006")).Replace(pattern)
		u, err := url.Parse(tried)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return remote{}, errs.Newf(errs.Invalid, "Adresa %s není platná; opravte EPOM_TERRITORY_URLS.", pattern)
		}
		res, err := o.request(ctx, http.MethodHead, tried, nil)
		if err != nil {
			return remote{}, errs.Wrap(errs.Unavailable, err, fmt.Sprintf("Server %s neodpovídá. Zkuste to později; nic se nezměnilo.", u.Host))
		}
		_ = res.Body.Close()
		switch {
		case res.StatusCode == http.StatusOK:
			return remote{tried, res.ContentLength, res.Header.Get("ETag")}, nil
		case res.StatusCode == http.StatusMethodNotAllowed || res.StatusCode == http.StatusNotImplemented || res.StatusCode == http.StatusForbidden:
			return remote{url: tried, size: -1}, nil // it does not answer HEAD; the download itself will tell
		case res.StatusCode != http.StatusNotFound:
			return remote{}, errs.Newf(errs.Unavailable, "Server %s odpověděl %d na %s. Zkuste to později; nic se nezměnilo.", u.Host, res.StatusCode, tried)
		}
		o.Say("není: " + tried)
	}
	return remote{}, errs.Newf(errs.NotFound, "Soubor %s na serveru není, ani za předchozí měsíc. Zkontrolujte adresu v EPOM_TERRITORY_URLS; nic se nezměnilo.", tried)
}

func (o *FetchOptions) request(ctx context.Context, method, target string, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, target, nil)
	if err != nil {
		return nil, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	return o.Client.Do(req)
}

var unsafeName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// nameOf is a name for the file on our disk; a query becomes part of it.
func nameOf(target string) string {
	u, _ := url.Parse(target)
	name := path.Base(u.Path)
	if u.RawQuery != "" {
		name += "_" + u.RawQuery
	}
	name = unsafeName.ReplaceAllString(name, "_")
	if len(name) > 120 {
		name = name[:120]
	}
	return strings.Trim(name, ".")
}

func (o *FetchOptions) download(ctx context.Context, r remote) (string, error) {
	file := filepath.Join(o.Dir, nameOf(r.url))
	if st, err := os.Stat(file); err == nil && r.size > 0 && st.Size() == r.size && checkZip(file) == nil {
		o.Say("už staženo: " + file)
		return file, nil
	}
	part := file + ".part"
	var err error
	for try := 0; try <= o.Tries; try++ {
		o.Say("stahuji " + r.url)
		if err = o.pull(ctx, &r, part); err == nil {
			break
		}
		if ctx.Err() != nil || errs.Is(err, errs.NotFound) {
			return "", err
		}
		o.Say("přerušeno: " + err.Error())
	}
	if err != nil {
		have := int64(0)
		if st, e := os.Stat(part); e == nil {
			have = st.Size()
		}
		return "", errs.Wrap(errs.Unavailable, err, fmt.Sprintf("Stahování %s se přerušilo (máme %d z %d bajtů). Spusťte příkaz znovu, naváže tam, kde skončil; nic se nezměnilo.", r.url, have, r.size))
	}
	if err := checkZip(part); err != nil {
		_ = os.Remove(part)
		return "", errs.Wrap(errs.Unavailable, err, fmt.Sprintf("Soubor stažený z %s je poškozený, smazali jsme ho. Spusťte příkaz znovu; nic se nezměnilo.", r.url))
	}
	return file, os.Rename(part, file)
}

// checkZip tells whether a zip can be opened; other files cannot be told so here.
func checkZip(file string) error {
	if !strings.Contains(filepath.Base(file), ".zip") {
		return nil
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	return z.Close()
}

// pull downloads the rest of a file into part.
func (o *FetchOptions) pull(ctx context.Context, r *remote, part string) error {
	out, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	have, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if r.size > 0 && have > r.size {
		have = 0
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	header := http.Header{}
	if have > 0 && have != r.size {
		header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		if r.tag != "" && !strings.HasPrefix(r.tag, "W/") {
			header.Set("If-Range", r.tag)
		}
	} else if have > 0 {
		return nil
	}
	res, err := o.request(ctx, http.MethodGet, r.url, header)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusPartialContent:
		if !strings.HasPrefix(res.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)) {
			return errors.New("the server answered another part")
		}
	case http.StatusOK:
		have = 0 // it does not know parts, or the file is new
		if r.size = res.ContentLength; r.size == 0 {
			return errors.New("the server answered an empty file")
		}
	case http.StatusNotFound:
		return errs.Newf(errs.NotFound, "Soubor %s na serveru není. Zkontrolujte adresu v EPOM_TERRITORY_URLS; nic se nezměnilo.", r.url)
	default:
		return fmt.Errorf("the server answered %d", res.StatusCode)
	}
	if err := out.Truncate(have); err != nil {
		return err
	}
	if _, err := out.Seek(have, io.SeekStart); err != nil {
		return err
	}
	n, err := io.Copy(out, &watched{res.Body, time.AfterFunc(o.Idle, func() { cancel(errIdle) }), o.Idle})
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	if err != nil {
		return err
	}
	if r.size > 0 && have+n != r.size {
		return fmt.Errorf("%d of %d bytes came", have+n, r.size)
	}
	return out.Sync()
}

var errIdle = errors.New("nothing came for too long")

// watched puts off the alarm with every read.
type watched struct {
	io.Reader
	alarm *time.Timer
	idle  time.Duration
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if err != nil {
		w.alarm.Stop()
	} else {
		w.alarm.Reset(w.idle)
	}
	return n, err
}
