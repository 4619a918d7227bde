package web

import (
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"
)

// keptData is how large data may be to stand in memory; larger ones flow from their source to the visitor.
const keptData = 4 << 20

// Data sends what write makes, of any size, to programs of any site. What fits is kept until something of the turn's office
// changes; more than that is sent as it comes, under the tag of its state. write runs beside the handler: it may use nothing
// of the request. It is written anew when a visitor narrows it by a query.
func (s *Shelf) Data(c *fiber.Ctx, t Turn, mediaType, state string, write func(io.Writer) error) error {
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Vary(fiber.HeaderAcceptEncoding)
	r, w := io.Pipe()
	go func() { w.CloseWithError(write(w)) }()
	head, err := io.ReadAll(io.LimitReader(r, keptData+1))
	if err != nil {
		return errors.Join(err, r.Close())
	}
	if len(head) > keptData {
		return flow(c, r, head, state)
	}
	c.Response().SetBodyRaw(head)
	if !keepable(c) || string(c.Context().URI().PathOriginal()) != t.path || len(c.Response().Header.Peek(fiber.HeaderSetCookie)) > 0 {
		return Tagged(c)
	}
	p := newKept(c.Response(), t)
	s.mu.Lock()
	s.meet(c)
	s.put(string(key(nil, c, Lang(c))), p, t)
	s.mu.Unlock()
	p.send(c)
	return nil
}

// flow sends the beginning that was read and the rest as it comes.
func flow(c *fiber.Ctx, r *io.PipeReader, head []byte, state string) error {
	c.Set(fiber.HeaderETag, `W/"`+state+`"`)
	if c.Fresh() {
		_ = r.Close() // of our own pipe: cannot fail
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Context().SetBodyStream(&flowing{head, r}, -1)
	return nil
}

// flowing is a beginning with the rest behind it.
type flowing struct {
	head []byte
	*io.PipeReader
}

func (f *flowing) Read(p []byte) (int, error) {
	if len(f.head) == 0 {
		return f.PipeReader.Read(p)
	}
	n := copy(p, f.head)
	f.head = f.head[n:]
	return n, nil
}
