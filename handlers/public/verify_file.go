package public

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"epom/handlers/web"
	"epom/internal/errs"
	"epom/internal/seal"
)

const (
	maxVerified = 100 << 20 // bytes of a file that is looked up
	maxSigned   = 32 << 20  // bytes of a PDF whose signatures are checked
)

// checking bounds how many signed files stand in memory at once; the others are only looked up.
var checking = make(chan struct{}, 4)

// VerifiedFile is an uploaded file: it is hashed as it streams in and never kept.
type VerifiedFile struct {
	Name       string
	Size       int64
	SHA256     string
	PDF        bool
	TooLarge   bool // for the signatures to be checked
	XML        bool // sealed here
	Log        bool // a part of a transaction log
	LogWhole   bool // and its rows lead to the hash it says
	Signatures []SignatureView
	Broken     string // why the signatures cannot be read
}

// SignatureView is one signature in words.
type SignatureView struct {
	Tone    string
	Verdict string
	Signer  string
	Issuer  string
	Reason  string
	At      *time.Time // of the time stamp, else as the signer says
	Stamped bool
	Test    bool
}

// readUpload hashes an uploaded file and checks the signatures of a PDF.
func (h *Public) readUpload(p web.Page, u web.Upload) (*VerifiedFile, error) {
	f := &VerifiedFile{Name: cutText(u.Name, 200)}
	sum := sha256.New()
	head := make([]byte, 1024)
	n, err := io.ReadFull(u.Body, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errs.Wrap(errs.Invalid, err, "Soubor se nepřenesl celý. Pošlete ho prosím znovu.")
	}
	head = head[:n]
	f.PDF = bytes.Contains(head, []byte("%PDF-"))
	var kept bytes.Buffer
	var into io.Writer = sum
	var sealed *os.File
	if sealedXML(head) {
		if sealed, err = spool(); err != nil {
			return nil, err
		}
		defer sealed.Close()
		into = io.MultiWriter(sum, sealed)
	}
	if f.PDF {
		select {
		case checking <- struct{}{}:
			defer func() { <-checking }()
			into = io.MultiWriter(sum, &capped{into: &kept, left: maxSigned + 1})
		default:
			f.TooLarge = true
		}
	}
	f.Size, err = io.Copy(into, io.LimitReader(io.MultiReader(bytes.NewReader(head), u.Body), maxVerified+1))
	switch {
	case err != nil:
		return nil, errs.Wrap(errs.Invalid, err, "Soubor se nepřenesl celý. Pošlete ho prosím znovu.")
	case f.Size == 0:
		return nil, errs.New(errs.Invalid, "Soubor je prázdný.")
	case f.Size > maxVerified:
		return nil, errs.New(errs.Invalid, "Soubor je větší než 100 MB.")
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if sealed != nil {
		return f, h.explainXML(p, f, sealed)
	}
	if f.TooLarge = f.TooLarge || f.PDF && f.Size > maxSigned; f.PDF && !f.TooLarge {
		h.explainSignatures(p, f, kept.Bytes())
	}
	return f, nil
}

// capped takes the first bytes only.
type capped struct {
	into *bytes.Buffer
	left int
}

func (w *capped) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.left -= n
	w.into.Write(p[:n])
	return len(p), nil
}

// explainSignatures checks the signatures of a PDF and says in plain words what they mean.
func (h *Public) explainSignatures(p web.Page, f *VerifiedFile, data []byte) {
	r, err := seal.VerifyPDF(data, h.Roots, h.Clock.Now())
	if err != nil {
		f.Broken = p.T("Podpisy v tomto PDF nejde přečíst: soubor je poškozený, zamčený heslem, nebo příliš složitý.")
		return
	}
	for _, s := range r.Signatures {
		f.Signatures = append(f.Signatures, signatureView(p, s))
	}
}

func signatureView(p web.Page, s seal.Signature) SignatureView {
	v := SignatureView{Signer: s.Signer.Name, Issuer: s.Issuer, Reason: cutText(s.Reason, 200), Test: s.Signer.Test || s.Stamp != nil && s.Stamp.Signer.Test}
	if s.Signer.Organization != "" && s.Signer.Organization != s.Signer.Name && !strings.Contains(s.Signer.Organization, seal.TestMark) {
		v.Signer += ", " + s.Signer.Organization
	}
	switch {
	case s.Stamp != nil && s.Stamp.Good():
		v.At, v.Stamped = &s.Stamp.At, true
	case !s.ClaimedAt.IsZero():
		v.At = &s.ClaimedAt
	}
	var say string
	say, v.Tone = verdict(s)
	v.Verdict = p.T(say)
	return v
}

// verdict says the worst that is true of a signature.
func verdict(s seal.Signature) (say, tone string) {
	switch {
	case s.Fault == seal.FaultDigest || s.Fault == seal.FaultRange:
		return "Soubor se od podpisu změnil. Podpis neplatí.", "danger"
	case s.Fault != "":
		return "Podpis je poškozený nebo podvržený. Neplatí.", "danger"
	case s.Later == seal.LaterUnknown:
		return "Po podpisu do souboru někdo něco doplnil. Zda to mění jeho smysl, musí posoudit člověk.", "danger"
	case s.Stamp != nil && s.Stamp.Fault != "":
		return "Podpis souhlasí, ale jeho časové razítko je poškozené.", "warning"
	case len(s.Weak) > 0:
		return "Podpis souhlasí, ale je zastaralým způsobem, který už dnes nechrání před paděláním.", "warning"
	case s.Trust == seal.TrustUnknown:
		return "Soubor se od podpisu nezměnil. Vydavatele certifikátu však neznáme, a tak nevíme, kdo ho podepsal.", "warning"
	case s.Trust == seal.TrustExpired:
		return "Soubor se od podpisu nezměnil, ale certifikát v té době neplatil.", "warning"
	case s.Trust != seal.TrustValid:
		return "Soubor se od podpisu nezměnil, ale certifikát není určen k podepisování.", "warning"
	case s.Signer.Test || s.Stamp != nil && s.Stamp.Signer.Test:
		return "Soubor se od zapečetění nezměnil. Pečeť je zkušební a nemá právní účinky.", "info"
	case s.Stamp != nil && !s.Stamp.Good():
		return "Podpis souhlasí, ale časovému razítku nelze věřit.", "warning"
	}
	return "Podpis je platný a soubor se od něj nezměnil.", "success"
}
