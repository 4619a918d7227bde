package public

import (
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"epom/board"
	"epom/internal/errs"
)

// shownInPage are the types a browser may show by itself; nothing else is, so that nothing in a file is ever run here.
var shownInPage = map[string]bool{"application/pdf": true, "image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "text/plain": true}

// PostingFile gives a document of a posting under its stable address, whole or a part.
func (h *Public) PostingFile(c *fiber.Ctx) error {
	s, err := h.shownPosting(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Params("n"))
	name, err2 := url.PathUnescape(c.Params("name"))
	f, ok := s.FileAt(n, name)
	if r, e := strconv.Atoi(c.Query("revize")); e == nil && r >= 1 && r <= len(s.Revisions) {
		f, ok = s.Revisions[r-1].File(n, name)
	}
	if err != nil || err2 != nil || !ok || f.SHA256 == "" {
		return errs.New(errs.NotFound, "Takový soubor u vyvěšení není.")
	}
	media, _, _ := strings.Cut(f.MediaType, ";")
	how, policy := "attachment", "default-src 'none'; sandbox"
	if shownInPage[media] {
		how = "inline"
	}
	switch media {
	case "application/pdf":
		policy = "default-src 'none'; object-src 'self'; base-uri 'none'; frame-ancestors 'none'" // browsers refuse to show a PDF in a sandbox
	case "text/plain":
		media += "; charset=utf-8"
	case "":
		media = fiber.MIMEOctetStream
	}
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderContentDisposition, disposition(how, f.Name))
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	noIndex(c, s.State() == board.Removed)
	return h.sendByHash(c, f.SHA256)
}

// PostingPicture gives the picture of a page of a document; page 0 is the small one of the first page.
func (h *Public) PostingPicture(c *fiber.Ctx) error {
	s, err := h.shownPosting(c)
	if err != nil {
		return err
	}
	missing := errs.New(errs.NotFound, "Takový obrázek u vyvěšení není.")
	n, err1 := strconv.Atoi(c.Params("n"))
	page, err2 := strconv.Atoi(c.Params("page"))
	f, ok := fileStarting(s, n, c.Query("soubor"))
	if err1 != nil || err2 != nil || !ok {
		return missing
	}
	v := s.Previews[f.SHA256]
	hash, media := v.Thumb, v.ThumbType
	if page != 0 {
		pic := v.Picture(page)
		hash, media = pic.SHA256, pic.Type
	}
	if hash == "" || !strings.HasPrefix(media, "image/") {
		return missing
	}
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	return h.sendByHash(c, hash)
}

func (h *Public) shownPosting(c *fiber.Ctx) (*board.Shown, error) {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return nil, err
	}
	s, err := h.Boards.Show(c.UserContext(), o.ID, c.Params("number"))
	return s, notOnBoard(err)
}

// fileStarting is the file of an ordinal whose hash starts so; without a hash the current one.
func fileStarting(s *board.Shown, ordinal int, hash string) (*board.File, bool) {
	for r := len(s.Revisions) - 1; r >= 0; r-- {
		for i := range s.Revisions[r].Files {
			if f := &s.Revisions[r].Files[i]; f.Ordinal == ordinal && f.SHA256 != "" && strings.HasPrefix(f.SHA256, hash) {
				return f, true
			}
		}
	}
	return nil, false
}

// sendByHash sends a file of the store: its hash is its ETag, so who has it gets nothing more; a part may be asked for.
func (h *Public) sendByHash(c *fiber.Ctx, hash string) error {
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderETag, `"`+hash+`"`)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Set(fiber.HeaderContentEncoding, "identity") // compressed on the way its parts and its tag would be those of something else
	if c.Fresh() {
		return c.SendStatus(fiber.StatusNotModified)
	}
	body, size, err := h.Files.Open(c.UserContext(), hash)
	if err != nil {
		return err
	}
	from, to := 0, int(size)-1
	if asked := c.Get(fiber.HeaderRange); asked != "" && (c.Get(fiber.HeaderIfRange) == "" || c.Get(fiber.HeaderIfRange) == `"`+hash+`"`) {
		if from, to, err = fasthttp.ParseByteRange([]byte(asked), int(size)); err != nil {
			_ = body.Close()
			c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(size, 10))
			return c.SendStatus(fiber.StatusRequestedRangeNotSatisfiable)
		}
		c.Status(fiber.StatusPartialContent)
		c.Set(fiber.HeaderContentRange, "bytes "+strconv.Itoa(from)+"-"+strconv.Itoa(to)+"/"+strconv.FormatInt(size, 10))
	}
	if _, err := body.Seek(int64(from), io.SeekStart); err != nil {
		_ = body.Close()
		return err
	}
	return c.SendStream(part{io.LimitReader(body, int64(to-from+1)), body}, to-from+1) // closes it
}

// part is a piece of an open file.
type part struct {
	io.Reader
	io.Closer
}
