package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"epom/board"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/preview"
)

// Previewer makes texts and pictures of documents; internal/preview.
type Previewer interface {
	Available() bool // the tool for PDFs is here
	Make(ctx context.Context, r io.Reader, media string, o preview.Options) (preview.Preview, error)
}

const (
	jobPreviewsAll = "board-previews"    // scheduled: starts the next one for each office
	jobPreviewsOf  = "board-previews-of" // asks for what was not made for one office
	previewLast    = 9                   // priority: whatever citizens wait for goes first
	previewTries   = 4                   // of a document that takes too long
	previewsAtOnce = 500                 // postings that a sweep asks for in one office
	sweepSpread    = 2 * time.Hour       // over which the sweeps of all offices are spread
)

// boardPriority is how soon what follows a change is done, when not as soon as other work.
var boardPriority = map[string]int{jobPreview: previewLast}

// pictured is wide enough to be read on a touch board and enlarged twice.
var pictured = preview.Options{MaxPages: 20, Width: 1240}

// boardPreview makes the texts and pictures of a posting's files, those that have none. No transaction waits for the work.
func (w *Worker) boardPreview(ctx context.Context, c jobs.Claimed) error {
	if w.Preview == nil {
		return errs.New(errs.Unavailable, "nothing makes previews")
	}
	var ref board.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	var files []board.File
	err := w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) (err error) {
		files, err = board.Unmade(ctx, tx, ref.Posting, w.Preview.Available())
		return err
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, f := range files {
		if err := w.previewFile(ctx, c, f); err != nil {
			failed = append(failed, fmt.Errorf("file %d: %w", f.Ordinal, err))
		}
	}
	err = w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		if err := board.Project(ctx, tx, ref.Posting); err != nil || failed != nil {
			return err
		}
		if len(files) > 0 { // the documents may hold the words somebody waits for
			told := jobs.Job{Kind: jobTold, Office: c.Office, Payload: ref, Uniq: fmt.Sprintf("%d/%d/%d", c.Office, ref.Posting, ref.Revision)}
			if err := jobs.Enqueue(ctx, tx, told); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
	return errors.Join(append(failed, err)...)
}

// previewFile keeps what can be made of one file. What is wrong with the file is kept too, so that nobody tries again.
func (w *Worker) previewFile(ctx context.Context, c jobs.Claimed, f board.File) error {
	made, err := w.makePreview(ctx, f)
	switch {
	case err != nil:
		return err
	case made.Problem == preview.Timeout && c.Attempt < previewTries:
		return made.Problem // a quieter machine may do it
	}
	text, spans := oneText(made.Texts)
	v := board.Preview{SHA256: f.SHA256, Pages: made.Pages, Text: text, Problem: string(made.Problem)}
	for _, p := range made.Pictures {
		ref, err := w.Files.PutBytes(ctx, p.Data)
		if err != nil {
			return err
		}
		kept := board.Picture{Page: p.Page, SHA256: ref.SHA256, Type: p.Media, Width: p.Width, Height: p.Height}
		if i := p.Page - 1; i < len(spans) {
			kept.From, kept.To = spans[i][0], spans[i][1]
		}
		v.Pictures.V = append(v.Pictures.V, kept)
	}
	if t := made.Thumb; t != nil {
		ref, err := w.Files.PutBytes(ctx, t.Data)
		if err != nil {
			return err
		}
		v.Thumb, v.ThumbType = ref.SHA256, t.Media
	}
	return w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error { return board.KeepPreview(ctx, tx, v, w.Clock.Now()) })
}

func (w *Worker) makePreview(ctx context.Context, f board.File) (preview.Preview, error) {
	r, _, err := w.Files.Open(ctx, f.SHA256)
	if err != nil {
		return preview.Preview{}, err
	}
	defer func() { _ = r.Close() }()
	return w.Preview.Make(ctx, r, f.MediaType, pictured)
}

// oneText joins texts of pages, parted by an empty line, and tells where in it each begins and ends.
func oneText(texts []string) (string, [][2]int) {
	var all strings.Builder
	spans := make([][2]int, len(texts))
	for i, t := range texts {
		if t != "" && all.Len() > 0 {
			all.WriteString("\n\n")
		}
		spans[i][0] = all.Len()
		all.WriteString(t)
		spans[i][1] = all.Len()
	}
	return all.String(), spans
}

// boardPreviewsAll starts a sweep over each board: files that came another way, or while the tool was missing.
func (w *Worker) boardPreviewsAll(ctx context.Context, c jobs.Claimed) error {
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error {
		offices, err := board.WithItems(ctx, tx)
		if err != nil {
			return err
		}
		list := make([]jobs.Job, len(offices))
		for i, o := range offices {
			at := w.Clock.Now().Add(sweepSpread * time.Duration(i) / time.Duration(len(offices)))
			list[i] = jobs.Job{Kind: jobPreviewsOf, Office: o, RunAt: at, Uniq: strconv.Itoa(int(o)), Priority: previewLast}
		}
		return errors.Join(jobs.Enqueue(ctx, tx, list...), c.DoneIn(ctx, tx))
	})
}

// boardPreviewsOf asks for the previews that one office's board lacks.
func (w *Worker) boardPreviewsOf(ctx context.Context, c jobs.Claimed) error {
	if w.Preview == nil {
		return errs.New(errs.Unavailable, "nothing makes previews")
	}
	return w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		refs, err := board.PostingsUnmade(ctx, tx, w.Preview.Available(), previewsAtOnce)
		if err != nil {
			return err
		}
		list := make([]jobs.Job, len(refs))
		for i, ref := range refs {
			list[i] = previewJob(c.Office, ref)
		}
		return errors.Join(jobs.Enqueue(ctx, tx, list...), c.DoneIn(ctx, tx))
	})
}

func previewJob(office int32, ref board.Ref) jobs.Job {
	return jobs.Job{Kind: jobPreview, Office: office, Payload: ref, Uniq: fmt.Sprintf("%d/%d/%d", office, ref.Posting, ref.Revision), Priority: boardPriority[jobPreview]}
}
