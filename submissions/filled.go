package submissions

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"epom/forms"
	"epom/internal/errs"
	"epom/internal/pdf"
)

// FilledBytes bounds a file of a form filled earlier.
const FilledBytes = 20 << 20

// answersBytes bounds the data inside it: answers of a draft are never larger.
const answersBytes = 1 << 20

// sealed writes the embedded data with their hash: SHA-256 of the same JSON with sorted names, without white space and
// without "sha256". It finds damage and careless changes; it is no signature, so whoever takes answers in checks them anew.
func (e Embedded) sealed() ([]byte, error) {
	e.SHA256 = ""
	data, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	if e.SHA256, err = embeddedHash(data); err != nil {
		return nil, err
	}
	return json.MarshalIndent(e, "", "  ")
}

// fingerprint is the beginning of the hash, for people to compare.
func (e Embedded) fingerprint() (string, error) {
	data, err := e.sealed()
	if err != nil {
		return "", err
	}
	hash, err := embeddedHash(data)
	return hash[:min(len(hash), 12)], err
}

func embeddedHash(data []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return "", err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", errors.New("something follows the data")
	}
	delete(m, "sha256")
	var b bytes.Buffer
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	if err := w.Encode(m); err != nil {
		return "", err
	}
	sum := sha256.Sum256(bytes.TrimRight(b.Bytes(), "\n"))
	return hex.EncodeToString(sum[:]), nil
}

// ReadFilled reads a form filled earlier: our PDF with embedded data, or the file with the data alone. Errors are Invalid
// and say what to do; NotFound means that the file is sound but holds no form of ours.
func ReadFilled(data []byte) (*Embedded, error) {
	if len(data) > FilledBytes {
		return nil, errs.New(errs.Invalid, "Soubor je větší než 20 MB. Nahrajte přímo soubor stažený z e-POM.")
	}
	if bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		files, err := pdf.Attachments(data)
		switch {
		case errors.Is(err, pdf.ErrEncrypted):
			return nil, errs.New(errs.Invalid, "PDF je zamčené heslem. Uložte ho bez hesla a nahrajte znovu.")
		case err != nil:
			return nil, errs.Wrap(errs.Invalid, err, "PDF je poškozené nebo neúplné. Stáhněte ho znovu a nahrajte celé.")
		}
		inside, ours := files[AnswersFile]
		switch {
		case !ours && !bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF")):
			return nil, errs.New(errs.Invalid, "PDF není celé, chybí mu konec. Stáhněte ho znovu a nahrajte celé.")
		case !ours:
			return nil, errs.New(errs.NotFound, "V tomto PDF údaje z formuláře nejsou. Nahrajte PDF, které jste si stáhli z e-POM, ne jeho sken ani výtisk.")
		}
		data = inside
	}
	if len(data) > answersBytes {
		return nil, errs.New(errs.Invalid, "Údaje v souboru jsou příliš velké. Takový soubor e-POM nevydal.")
	}
	var e Embedded
	if err := json.Unmarshal(data, &e); err != nil || e.Form == "" || e.Answers == nil {
		return nil, errs.New(errs.NotFound, "Tento soubor není vyplněný formulář. Nahrajte PDF nebo soubor .epom.json stažený z e-POM.")
	}
	hash, err := embeddedHash(data)
	if err != nil || hash != e.SHA256 {
		return nil, errs.New(errs.Invalid, "Údaje v souboru se od vydání změnily, jejich otisk nesouhlasí. Nahrajte původní soubor, nebo formulář vyplňte znovu.")
	}
	return &e, nil
}

// Export is a draft as a file to go on from anywhere.
func Export(d *Draft) ([]byte, error) {
	return Embedded{Form: d.FormCode, Version: d.FormVersion, Lang: d.Lang, Answers: d.Answers.V}.sealed()
}

// Taken is what became of a form filled earlier.
type Taken struct {
	Token string
	Form  *forms.Form
	Was   int      // the version it was filled in, when it is another
	Lost  []string // labels of answers that could not be taken over: files, and what the newer version does not ask
}

// GoOn starts a draft from a form filled earlier, of the version offered now. A form that was withdrawn goes on as the one
// that replaced it.
func (s *Service) GoOn(ctx context.Context, e *Embedded, lang string) (Taken, error) {
	from, known := s.forms.Version(e.Form, e.Version)
	to, ok := s.forms.Latest(e.Form)
	if !ok && known {
		to, ok = s.forms.Successor(from)
	}
	if !ok {
		return Taken{}, errs.New(errs.Invalid, "Formulář, ze kterého soubor je, se už nenabízí. Vyberte prosím jiný ze seznamu formulářů.")
	}
	t := Taken{Form: to}
	if !known {
		from = to // never seen here: what has a place in ours is taken
	}
	if e.Form != to.Code || e.Version != to.Version {
		t.Was = e.Version
	}
	var answers forms.Answers
	answers, t.Lost = forms.Carry(from, to, e.Answers, false, forms.Lang(lang))
	var err error
	t.Token, err = s.begin(ctx, to, lang, answers)
	return t, err
}
