package blob

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"epom/internal/errs"
)

const (
	headSize  = 64 << 10 // enough for most kinds
	wholeSize = 16 << 20 // containers may name their kind far behind
	pdfWithin = 1024     // readers take a PDF whose header stands this far from the beginning
)

func init() { mimetype.SetLimit(0) } // what is looked at is bounded here

// sniff finds the media type from the content.
func sniff(f *os.File, n int64) (string, error) {
	head := make([]byte, min(n, headSize))
	if _, err := f.ReadAt(head, 0); err != nil {
		return "", err
	}
	media := bare(mimetype.Detect(head).String())
	if n > headSize && (media == "application/zip" || media == "application/x-ole-storage") {
		head = make([]byte, min(n, wholeSize))
		if _, err := f.ReadAt(head, 0); err != nil {
			return "", err
		}
		media = bare(mimetype.Detect(head).String())
	}
	if (media == "application/octet-stream" || textual(media)) && bytes.Contains(head[:min(len(head), pdfWithin)], []byte("%PDF-")) {
		media = "application/pdf"
	}
	return media, nil
}

func bare(media string) string {
	media, _, _ = strings.Cut(media, ";")
	return strings.TrimSpace(media)
}

func textual(media string) bool {
	return strings.HasPrefix(media, "text/") || media == "message/rfc822" || strings.HasSuffix(media, "json") || strings.HasSuffix(media, "xml")
}

const (
	office2003 = "application/x-ole-storage"
	ooxml      = "application/vnd.openxmlformats-officedocument."
	odf        = "application/vnd.oasis.opendocument."
	signed     = "application/pkcs7-signature"
)

// anyText stands for every textual type: they are told apart by little more than habit.
var anyText = []string{"text"}

// accepted says which extensions are taken and what their content may look like.
var accepted = map[string][]string{
	"pdf": {"application/pdf"}, "rtf": {"text/rtf"},
	"doc": {"application/msword", office2003, "text/rtf"}, "docx": {ooxml + "wordprocessingml.document"},
	"xls": {"application/vnd.ms-excel", office2003}, "xlsx": {ooxml + "spreadsheetml.sheet"},
	"ppt": {"application/vnd.ms-powerpoint", office2003}, "pptx": {ooxml + "presentationml.presentation"},
	"odt": {odf + "text"}, "ods": {odf + "spreadsheet"}, "odp": {odf + "presentation"}, "odg": {odf + "graphics"},
	"txt": anyText, "csv": anyText, "xml": anyText, "gml": anyText, "json": anyText, "geojson": anyText, "isdoc": anyText,
	"jpg": {"image/jpeg"}, "jpeg": {"image/jpeg"}, "png": {"image/png"}, "gif": {"image/gif"}, "webp": {"image/webp"},
	"bmp": {"image/bmp"}, "tif": {"image/tiff"}, "tiff": {"image/tiff"},
	"heic": {"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"}, "heif": {"image/heif", "image/heic"},
	"eml": anyText, "msg": {"application/vnd.ms-outlook", office2003}, "zfo": {signed, "text/xml", "application/octet-stream"},
	"p7s": {signed, "application/octet-stream"}, "p7m": {signed, "application/octet-stream"},
	"zip": {"application/zip"}, "isdocx": {"application/zip"},
	"asice": {"application/vnd.etsi.asic-e+zip", "application/zip"}, "asics": {"application/vnd.etsi.asic-s+zip", "application/zip"},
	"dxf": append([]string{"image/vnd.dxf"}, anyText...), "dwg": {"image/vnd.dwg"},
}

// Extensions lists the extensions that are taken, with dots, for the accept attribute of file inputs.
func Extensions() []string {
	all := make([]string, 0, len(accepted))
	for e := range accepted {
		all = append(all, "."+e)
	}
	slices.Sort(all)
	return all
}

// Check tells whether a file of this name and found type is taken. Both must be on the list and agree: an extension
// that lies about the content is refused, and so is any program. The error is Invalid with a sentence.
func Check(name, media string) error {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if ext == "" {
		return errs.Newf(errs.Invalid, "Soubor „%s“ nemá příponu. Pojmenujte ho třeba %s.pdf podle toho, co v něm je.", name, name)
	}
	kinds, ok := accepted[ext]
	if !ok {
		return errs.Newf(errs.Invalid, "Soubory .%s nepřijímáme. Uložte ho třeba jako PDF a pošlete znovu.", ext)
	}
	if slices.Contains(kinds, media) || (slices.Contains(kinds, "text") && textual(media)) {
		return nil
	}
	return errs.Newf(errs.Invalid, "Soubor „%s“ není ve skutečnosti .%s%s. Otevřete ho v programu, ve kterém vznikl, a uložte znovu.", name, ext, looks(media))
}

// looks says what the content is when the person may know it.
func looks(media string) string {
	for _, ext := range []string{"pdf", "docx", "doc", "xlsx", "xls", "odt", "ods", "jpg", "png", "tif", "gif", "heic", "rtf", "zip"} {
		if accepted[ext][0] == media {
			return fmt.Sprintf(", vypadá jako .%s", ext)
		}
	}
	return ""
}
