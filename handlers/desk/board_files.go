package desk

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/preview"
	"epom/submissions"
)

// taken is what came with a form of a posting: its values, files newly kept, and why some were not taken.
type taken struct {
	url.Values
	fresh   []board.File
	refused []errs.Field
}

// takePosting reads the form. Files stream in before the form is complete; a refused one does not stop the others.
func (d *Desk) takePosting(c *fiber.Ctx) (taken, error) {
	var t taken
	here, err := d.Offices.ByID(web.Session(c).Office)
	if err != nil {
		return t, err
	}
	refuse := func(message string) {
		if len(t.refused) == 0 {
			t.refused = []errs.Field{{Name: "files"}}
		}
		if f := &t.refused[0]; len(f.Message) < 1000 {
			f.Message += message + " "
		}
	}
	look, stop := context.WithTimeout(c.UserContext(), lookingTime)
	defer stop()
	full := false
	t.Values, err = web.FormValues(c, func(u web.Upload) error {
		if len(t.fresh) >= here.AttachmentCount {
			if !full {
				refuse(fmt.Sprintf("Souborů může být nejvýše %d, další jsme nevzali.", here.AttachmentCount))
			}
			full = true
			return nil
		}
		f, err := d.put(c.UserContext(), u, int64(here.AttachmentMB)<<20)
		if errs.Is(err, errs.Invalid) {
			refuse(blob.CleanName(u.Name) + ": " + errs.Message(err))
			return nil
		}
		if err != nil {
			return err
		}
		t.fresh = append(t.fresh, board.File{Name: f.Name, MediaType: f.MediaType, Size: f.Size, SHA256: f.SHA256, Warning: d.warning(look, f)})
		return nil
	})
	return t, err
}

// Looking into new files is bounded: what was not managed is found out by the preview's job later.
const (
	lookingTime = 8 * time.Second
	lookingSize = 10 << 20 // bytes
)

// warning looks into a PDF: a locked or broken one is posted as well, but the clerk should know.
func (d *Desk) warning(ctx context.Context, f submissions.File) string {
	if d.Previews == nil || f.MediaType != "application/pdf" || f.Size > lookingSize {
		return ""
	}
	body, _, err := d.Files.Open(ctx, f.SHA256)
	if err != nil {
		return ""
	}
	defer body.Close()
	made, err := d.Previews.Make(ctx, body, f.MediaType, preview.Options{MaxPages: -1})
	if err != nil || fileWarnings[string(made.Problem)] == "" {
		return ""
	}
	return string(made.Problem)
}

// sealUse binds kept files to the person who has sent them and the board they are for.
func sealUse(c *fiber.Ctx, b BoardView) string {
	return fmt.Sprintf("board-files %d %s", b.Office, web.Session(c).Scope().Actor)
}

// attach puts the files of the form into the page: those kept before and still ticked, then the new ones.
func (p *PostingPage) attach(c *fiber.Ctx, t taken) {
	var before []board.File
	web.Unseal(c, sealUse(c, p.Board), t.Get("sealed"), &before) // not ours: nothing was kept
	p.files = nil
	add := func(f board.File) {
		same := func(x board.File) bool { return x.SHA256 == f.SHA256 && x.URL == f.URL && x.Name == f.Name }
		if !slices.ContainsFunc(p.files, same) {
			p.files = append(p.files, f)
		}
	}
	for i, f := range before {
		if slices.Contains(t.Values["file"], strconv.Itoa(i)) {
			add(f)
		}
	}
	over := len(p.files)+len(t.fresh) > p.Limits.Count
	for _, f := range t.fresh {
		if len(p.files) < p.Limits.Count {
			add(f)
		}
	}
	if over && len(t.refused) == 0 {
		t.refused = []errs.Field{{Name: "files", Message: fmt.Sprintf("Souborů může být nejvýše %d, další jsme nevzali.", p.Limits.Count)}}
	}
	p.wrong(t.refused)
}

// seal lists the files in the page so that they come back with the next sending.
func (p *PostingPage) seal(c *fiber.Ctx) (err error) {
	p.Files = nil
	for i, f := range p.files {
		p.Files = append(p.Files, PostedFile{Index: i, Name: f.Name, Warning: fileWarnings[f.Warning], Size: f.Size, Kept: true})
	}
	if len(p.files) > 0 {
		p.Sealed, err = web.Seal(c, sealUse(c, p.Board), p.files)
	}
	return err
}

// fileWarnings are by codes of internal/preview.
var fileWarnings = map[string]string{"encrypted": "Soubor je zamčený heslem. Vyvěsí se, ale lidé ho bez hesla neotevřou.",
	"broken": "Soubor je poškozený. Vyvěsí se, ale nemusí jít otevřít."}

// PostingFile hands out a file of a revision.
func (d *Desk) PostingFile(c *fiber.Ctx) error {
	rev, err1 := web.Number(c, "rev")
	n, err2 := web.Number(c, "n")
	if err1 != nil || err2 != nil {
		return errs.New(errs.NotFound, "")
	}
	var file *board.File
	err := d.onBoard(c, func(ctx context.Context, tx *db.Tx, _ BoardView) error {
		p, err := board.ByNumber(ctx, tx, c.Params("number"))
		if err != nil {
			return err
		}
		if int(rev) > len(p.Revisions) || int(n) > len(p.Revisions[rev-1].Files) {
			return errs.New(errs.NotFound, "Tento soubor u vyvěšení není.")
		}
		file = &p.Revisions[rev-1].Files[n-1]
		d.Seen(tx, "file opened", "posting", p.ID, map[string]any{"file": n, "number": p.Number()})
		return nil
	})
	if err != nil {
		return err
	}
	if file.SHA256 == "" {
		return errs.New(errs.NotFound, "Tento soubor u nás uložený není, známe jen jeho adresu.")
	}
	return d.sendFile(c, file.SHA256, file.MediaType, file.Name)
}
