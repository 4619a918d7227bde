package daily

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/errs"
)

// Checked is what a file of the log says of itself and what its rows give when the chain is computed anew.
type Checked struct {
	ID           string // "TP-12-2026-11-29"
	Source       string
	Since, Until time.Time
	From, To     int64
	Before, Head []byte
	Whole        bool // the rows lead from Before to Head and none is missing
}

var chainWords = regexp.MustCompile(`^retezec od=([0-9a-f]{64}) do=([0-9a-f]{64}) radky=([0-9]+)-([0-9]+)((?: urad=[0-9]+:[0-9]+-[0-9]+)+)$`)

// Check reads the content of a sealed part and computes the chain from its rows. It needs nothing but the file. Errors:
// Invalid when it is no part of a log made here.
func Check(content io.Reader) (c Checked, err error) {
	d := xml.NewDecoder(content)
	bad := func(err error) error {
		return errs.Wrap(errs.Invalid, err, "Soubor není denní část transakčního protokolu z e-POM.")
	}
	var numbers []span
	var hash []byte
	last := int64(0)
	c.Whole = true
	for {
		t, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return c, bad(err)
		}
		start, ok := t.(xml.StartElement)
		switch {
		case !ok || start.Name.Local == "TransakcniLogSystemu" || start.Name.Local == "Udalosti":
		case start.Name.Local == "TransLogInfo":
			if numbers, err = c.head(d, start); err != nil {
				return c, bad(err)
			}
			hash, last = c.Before, c.From-1
		case start.Name.Local == "Udalost" && hash != nil:
			e, err := readEvent(d, start)
			if err != nil {
				return c, bad(err)
			}
			if last++; e.Seq != last || e.Seq > c.To {
				c.Whole = false
			}
			for _, n := range numbers {
				if e.Seq >= n.From && e.Seq <= n.To {
					hash = audit.Link(hash, n.Office, e.Seq, e.At, e.Actor, e.Action, e.Type, e.ID, e.Data)
				}
			}
		default:
			return c, bad(fmt.Errorf("unknown element %s", start.Name.Local))
		}
	}
	if hash == nil {
		return c, bad(io.ErrUnexpectedEOF)
	}
	c.Whole = c.Whole && last == c.To && bytes.Equal(hash, c.Head)
	return c, nil
}

// head reads what the file says of itself.
func (c *Checked) head(d *xml.Decoder, start xml.StartElement) ([]span, error) {
	var h struct {
		ID     string    `xml:"Identifikator>HodnotaID"`
		Source string    `xml:"Identifikator>ZdrojID"`
		Since  time.Time `xml:"DatumCasOd"`
		Until  time.Time `xml:"DatumCasDo"`
		Chain  string    `xml:"VerzeSoftware"`
	}
	if err := d.DecodeElement(&h, &start); err != nil {
		return nil, err
	}
	m := chainWords.FindStringSubmatch(h.Chain)
	if m == nil {
		return nil, fmt.Errorf("no chain")
	}
	c.ID, c.Source, c.Since, c.Until = h.ID, h.Source, h.Since, h.Until
	c.Before, _ = hex.DecodeString(m[1]) // the pattern lets nothing else in
	c.Head, _ = hex.DecodeString(m[2])
	var err error
	if c.From, err = strconv.ParseInt(m[3], 10, 64); err != nil {
		return nil, err
	}
	if c.To, err = strconv.ParseInt(m[4], 10, 64); err != nil {
		return nil, err
	}
	var numbers []span
	for _, s := range strings.Fields(m[5]) {
		var n span
		if _, err := fmt.Sscanf(s, "urad=%d:%d-%d", &n.Office, &n.From, &n.To); err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

func readEvent(d *xml.Decoder, start xml.StartElement) (e event, err error) {
	var x struct {
		Seq    int64  `xml:"Poradi"`
		At     string `xml:"DatumVzniku"`
		Params []struct {
			Name  string `xml:"NazevParametru"`
			Value string `xml:"HodnotaParametru"`
		} `xml:"ParametryUdalosti>ParametrUdalosti"`
	}
	if err := d.DecodeElement(&x, &start); err != nil {
		return e, err
	}
	e.Seq = x.Seq
	if e.At, err = time.Parse(instant, x.At); err != nil {
		return e, err
	}
	for _, p := range x.Params {
		switch p.Name {
		case "kdo":
			e.Actor = p.Value
		case "co":
			e.Action = p.Value
		case "typ":
			e.Type = p.Value
		case "cislo":
			e.ID = p.Value
		case "data":
			e.Data = p.Value
		}
	}
	return e, nil
}

// Sum is the SHA-256 of a file in hexadecimal.
func Sum(r io.Reader) (string, int64, error) {
	h := sha256.New()
	n, err := io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil)), n, err
}
