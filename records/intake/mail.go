package intake

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"epom/records"
)

// known are headers of which a message has at least two.
var known = []string{"from", "to", "subject", "date", "received", "message-id", "mime-version", "content-type", "return-path", "delivered-to", "reply-to", "cc"}

// looksLikeMail tells whether a file begins as a message does: header lines, two of them well known.
func looksLikeMail(head []byte) bool {
	found := 0
	for n, line := range bytes.Split(bytes.TrimLeft(head, "\r\n \t\ufeff"), []byte("\n")) {
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' || (n == 0 && bytes.HasPrefix(line, []byte("From "))) {
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) > 60 || bytes.ContainsAny(name, " \t") {
			break
		}
		if slices.Contains(known, strings.ToLower(string(name))) {
			found++
		}
	}
	return found >= 2
}

// maxParts bounds multipart containers of one message: none of a person comes near.
const maxParts = 150

var parser = enmime.NewParser(enmime.RawContent(true), enmime.MultipartWOBoundaryAsSinglePart(true), enmime.DisableTextConversion(true),
	enmime.DisableCharacterDetection(true), enmime.MaxStoredPartErrors(20), enmime.StripMediaTypeInvalidCharacters(true))

// mail unpacks a message: its texts and every part with a content, inline ones too. Content is decoded here and not by the
// library, because an attachment must stay what was sent, byte for byte.
func (u *unpacking) mail(ctx context.Context, at, depth int) error {
	data, err := u.read(ctx, at)
	if err != nil {
		return err
	}
	p := &u.item.Pieces[at]
	p.Container, p.MediaType = true, "message/rfc822"
	root := parse(data)
	head := newHeaders(data)
	if at == 0 {
		u.letter(head, p.SHA256)
		if root == nil {
			u.warn("Členění zprávy je poškozené, přílohy z ní nejdou vyjmout. Celá zpráva je uložená.")
		}
	}
	w := &walk{u: u, ctx: ctx, at: at, depth: depth}
	if root == nil {
		_, body := split(data)
		return w.text(body, "text/plain", "")
	}
	return w.part(root)
}

// parse reads the parts of a message; nil when it cannot be done.
func parse(data []byte) (root *enmime.Part) {
	if bytes.Count(bytes.ToLower(data), []byte("multipart/")) > maxParts {
		return nil
	}
	defer func() {
		if recover() != nil { // a message made to harm
			root = nil
		}
	}()
	root, err := parser.ReadParts(bytes.NewReader(unmbox(data)))
	if err == nil {
		return root
	}
	var clean bytes.Buffer // once more without the lines of the header that are none
	for _, l := range newHeaders(data) {
		fmt.Fprintf(&clean, "%s: %s\r\n", l.name, l.value)
	}
	_, body := split(data)
	clean.WriteString("\r\n")
	clean.Write(body)
	if root, err = parser.ReadParts(&clean); err != nil {
		return nil
	}
	return root
}

// unmbox leaves out the line by which mailboxes divide messages.
func unmbox(data []byte) []byte {
	if bytes.HasPrefix(data, []byte("From ")) {
		if _, rest, ok := bytes.Cut(data, []byte("\n")); ok {
			return rest
		}
	}
	return data
}

// walk goes through the parts of one message.
type walk struct {
	u         *unpacking
	ctx       context.Context
	at, depth int
	texts     map[string]int
	nameless  int
}

func (w *walk) part(p *enmime.Part) error {
	if p == nil {
		return nil
	}
	if p.FirstChild != nil || strings.HasPrefix(p.ContentType, "multipart/") && p.Boundary != "" {
		for c := p.FirstChild; c != nil; c = c.NextSibling {
			if err := w.part(c); err != nil {
				return err
			}
		}
		return nil
	}
	return w.leaf(p)
}

func (w *walk) leaf(p *enmime.Part) error {
	if inner := undivided(p); inner != nil {
		return w.part(inner)
	}
	kind := strings.ToLower(cmp.Or(p.ContentType, "text/plain"))
	body, fault := decode(p.Header.Get("Content-Transfer-Encoding"), p.Content)
	if fault != "" && (p.FileName != "" || len(body) > 0) {
		w.u.lose(w.name(p, kind), fault, true)
	}
	plain := kind == "text/plain" || kind == "text/html"
	if plain && p.FileName == "" && p.Disposition != "attachment" {
		return w.text(body, kind, p.Charset)
	}
	name := w.name(p, kind)
	if len(body) == 0 {
		if p.FileName != "" || kind != "text/plain" {
			w.u.lose(name, "Soubor je prázdný.", true)
		}
		return nil
	}
	if kind == "application/pkcs7-mime" || kind == "application/x-pkcs7-mime" {
		return w.smime(p, name, body)
	}
	role := ""
	switch {
	case strings.HasSuffix(kind, "pkcs7-signature"):
		role = RoleSignature
		w.u.item.Envelope["smime"] = "detached"
	case p.Disposition == "inline" || p.ContentID != "" && p.Disposition != "attachment":
		role = RoleInline
	}
	if kind == "message/rfc822" && !strings.HasSuffix(strings.ToLower(name), ".eml") {
		name += ".eml"
	}
	return w.u.addBytes(w.ctx, w.at, w.depth, Piece{Name: name, MediaType: kind, Role: role}, body)
}

// boundary is the line that divides parts.
var boundary = regexp.MustCompile(`(?m)^--([0-9A-Za-z'()+_,./:=?-]{1,70})[ \t]*\r?$`)

// undivided divides a part that says it has parts but names their boundary wrong; nil when it does not look so. Mail programs
// guess here too.
func undivided(p *enmime.Part) *enmime.Part {
	if !strings.Contains(strings.ToLower(p.Header.Get("Content-Type")), "multipart/") {
		return nil
	}
	m := boundary.FindSubmatch(p.Content)
	if m == nil || bytes.HasSuffix(m[1], []byte("--")) {
		return nil
	}
	inner := parse(fmt.Appendf(nil, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n%s", m[1], p.Content))
	if inner == nil || inner.FirstChild == nil {
		return nil
	}
	return inner
}

// text keeps a text of the message in UTF-8.
func (w *walk) text(body []byte, kind, charset string) error {
	text := toUTF8(body, charset, kind == "text/html")
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	ext := ".txt"
	if kind == "text/html" {
		ext = ".html"
	}
	if w.texts == nil {
		w.texts = map[string]int{}
	}
	name := "zprava" + ext
	if w.texts[ext]++; w.texts[ext] > 1 {
		name = fmt.Sprintf("zprava-%d%s", w.texts[ext], ext)
	}
	return w.u.addBytes(w.ctx, w.at, w.depth, Piece{Name: name, MediaType: kind, Role: RoleBody}, text)
}

// smime opens a message that its signature encloses; an encrypted one stays as it is.
func (w *walk) smime(p *enmime.Part, name string, body []byte) error {
	inside := enclosed(body)
	kind := "enveloped"
	if inside != nil {
		kind = "opaque"
	}
	w.u.item.Envelope["smime"] = kind
	if inside == nil {
		w.u.lose(name, "Je zašifrovaný. Otevřete ho v poštovním programu s klíčem úřadu.", true)
		return w.u.addBytes(w.ctx, w.at, w.depth, Piece{Name: name, MediaType: p.ContentType}, body)
	}
	if err := w.u.addBytes(w.ctx, w.at, w.depth, Piece{Name: name, MediaType: p.ContentType, Role: RoleSignature}, body); err != nil {
		return err
	}
	if w.depth+1 >= w.u.l.Depth {
		return errLimit(fmt.Sprintf("Je zabalený hlouběji než v %d úrovních, dovnitř jsme se nedívali.", w.u.l.Depth))
	}
	w.depth++
	defer func() { w.depth-- }()
	return w.part(parse(inside))
}

// endings are extensions for parts without a name.
var endings = map[string]string{"message/rfc822": ".eml", "text/plain": ".txt", "text/html": ".html", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif",
	"application/pdf": ".pdf", "text/calendar": ".ics", "message/delivery-status": ".txt", "message/disposition-notification": ".txt", "text/rfc822-headers": ".txt",
	"application/pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m", "application/x-pkcs7-signature": ".p7s",
	"text/csv": ".csv", "text/xml": ".xml", "application/xml": ".xml", "application/zip": ".zip", "application/ms-tnef": ".dat"}

// anyName finds a name in a header that breaks the rules.
var anyName = regexp.MustCompile(`(?i)(?:file)?name\*?=(?:([\w-]+)'[^']*')?("[^"]+"|[^;\r\n]+)`)

func (w *walk) name(p *enmime.Part, kind string) string {
	if p.FileName != "" {
		return p.FileName
	}
	if kind == "message/rfc822" {
		if s := clip(newHeaders(p.Content).text("Subject"), 80); s != "" {
			return strings.ReplaceAll(s, "/", "-") + ".eml"
		}
	}
	for _, h := range []string{"Content-Disposition", "Content-Type"} {
		if m := anyName.FindStringSubmatch(p.Header.Get(h)); m != nil {
			name := strings.Trim(m[2], `"' `)
			if raw, err := url.PathUnescape(name); err == nil && m[1] != "" {
				return string(toUTF8([]byte(raw), m[1], false))
			}
			return decodeWords(name)
		}
	}
	w.nameless++
	return fmt.Sprintf("priloha-%d%s", w.nameless, cmp.Or(endings[kind], ".bin"))
}

// ours finds our own number in a subject: HEJ/2026/00042 or HEJ/2026/00042-3.
var ours = regexp.MustCompile(`\b[A-Z0-9]{1,8}/\d{4}/\d{5,}(-\d+)?`)

// letter notes what a message says about itself.
func (u *unpacking) letter(h headers, sha string) {
	it := u.item
	it.Way = Mail
	id := clip(h.text("Message-ID"), 300)
	it.Key = "mail:" + sum(id+"\n"+sha)
	it.Subject = cmp.Or(clip(h.text("Subject"), 300), "(bez předmětu)")
	it.OurNo = ours.FindString(it.Subject)
	from := h.first("From", "Sender", "Return-Path")
	it.Sender = records.Party{Kind: records.Person, Name: clip(cmp.Or(from.Name, from.Address, "Neznámý odesílatel"), 200), Email: clip(from.Address, 200)}
	if at, err := mail.ParseDate(clip(h.text("Date"), 100)); err == nil {
		at = at.UTC()
		it.SentAt = &at
		it.Envelope["sent"] = stamp(&at)
	}
	it.DeliveredAt = h.received()
	it.ToMany = h.count("To") + h.count("Cc")
	e := it.Envelope
	e["message_id"], e["from"], e["recipients"] = id, it.Sender.Email, it.ToMany
	if to := h.first("To", "Delivered-To", "Cc"); to.Address != "" {
		e["to"] = clip(to.Address, 200)
	}
	auto := h.automatic()
	if e["automatic"] = auto; !auto {
		if back := h.first("Reply-To", "From"); sendable(back.Address) {
			it.AnswerTo = back.Address
		}
	}
}

// sendable tells whether a confirmation may go to an address.
func sendable(a string) bool {
	p, err := mail.ParseAddress(a)
	if err != nil || p.Address != a {
		return false
	}
	local, _, _ := strings.Cut(strings.ToLower(a), "@")
	return !slices.Contains([]string{"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce"}, local)
}

// received is when the office's own mail server took the message: the time in the topmost Received (RFC 5321, 4.4).
func (h headers) received() *time.Time {
	line := h.raw("Received")
	i := strings.LastIndexByte(line, ';')
	if i < 0 {
		return nil
	}
	at, err := mail.ParseDate(clip(line[i+1:], 100))
	if err != nil {
		return nil
	}
	at = at.UTC().Truncate(time.Second)
	return &at
}

// automatic tells a message that no person wrote (RFC 3834): nothing may be answered to it.
func (h headers) automatic() bool {
	auto := strings.ToLower(strings.TrimSpace(h.raw("Auto-Submitted")))
	if auto != "" && auto != "no" {
		return true
	}
	switch strings.ToLower(strings.TrimSpace(h.raw("Precedence"))) {
	case "bulk", "junk", "list", "auto_reply":
		return true
	}
	for _, name := range []string{"List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"} {
		if h.raw(name) != "" {
			return true
		}
	}
	return strings.ReplaceAll(h.raw("Return-Path"), " ", "") == "<>" || strings.HasPrefix(strings.ToLower(h.raw("Content-Type")), "multipart/report")
}
