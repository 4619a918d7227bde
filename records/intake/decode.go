package intake

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/smallstep/pkcs7"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
)

// decode undoes the transfer encoding of a part (RFC 2045, 6) as leniently as mail programs do. A fault, in Czech, says
// that some of it was damaged; what could be read is given.
func decode(encoding string, b []byte) (out []byte, fault string) {
	encoding, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(encoding)), ";")
	switch strings.Trim(strings.TrimSpace(encoding), `"'`) {
	case "base64":
		return decodeBase64(b)
	case "quoted-printable":
		return decodeQuoted(b), ""
	case "x-uuencode", "uuencode", "x-uue", "uue":
		return decodeUU(b)
	}
	return b, ""
}

const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// decodeBase64 leaves out what is no letter of the alphabet, and goes on behind padding: some programs join pieces.
func decodeBase64(b []byte) (out []byte, fault string) {
	piece := make([]byte, 0, len(b))
	strange := 0
	flush := func() {
		if len(piece)%4 == 1 {
			piece, strange = piece[:len(piece)-1], strange+1
		}
		d := make([]byte, base64.RawStdEncoding.DecodedLen(len(piece)))
		n, _ := base64.RawStdEncoding.Decode(d, piece) // only letters are in it
		out, piece = append(out, d[:n]...), piece[:0]
	}
	for _, c := range b {
		switch {
		case c == '=':
			if len(piece) > 0 {
				flush()
			}
		case strings.IndexByte(base64Letters, c) >= 0:
			piece = append(piece, c)
		case c != '\r' && c != '\n' && c != ' ' && c != '\t':
			strange++
		}
	}
	flush()
	if strange > 0 {
		fault = "Při přenosu se část poškodila. Porovnejte ho s původní zprávou."
	}
	return out, fault
}

// decodeQuoted takes what is no escape as it stands.
func decodeQuoted(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '=' {
			out = append(out, b[i])
			continue
		}
		rest := b[i+1:]
		if len(rest) >= 2 && unhex(rest[0]) >= 0 && unhex(rest[1]) >= 0 {
			out = append(out, byte(unhex(rest[0])<<4|unhex(rest[1])))
			i += 2
			continue
		}
		end := bytes.IndexByte(rest, '\n')
		if end >= 0 && len(bytes.TrimSpace(rest[:end])) == 0 { // a soft line break
			i += end + 1
			continue
		}
		out = append(out, '=')
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// decodeUU reads the older encoding of Unix; without its frame the text stays as it is.
func decodeUU(b []byte) (out []byte, fault string) {
	_, rest, ok := bytes.Cut(b, []byte("begin "))
	if !ok {
		return b, ""
	}
	_, rest, _ = bytes.Cut(rest, []byte("\n"))
	for _, line := range bytes.Split(rest, []byte("\n")) {
		line = bytes.TrimRight(line, "\r")
		if bytes.Equal(line, []byte("end")) {
			return out, ""
		}
		if len(line) == 0 {
			continue
		}
		n, from := int(line[0]-' ')&0x3F, len(out)
		for i := 1; i+3 < len(line)+3 && len(out)-from < n; i += 4 {
			var v [4]byte
			for k := range v {
				if i+k < len(line) {
					v[k] = (line[i+k] - ' ') & 0x3F
				}
			}
			out = append(out, v[0]<<2|v[1]>>4, v[1]<<4|v[2]>>2, v[2]<<6|v[3])
		}
		out = out[:min(from+n, len(out))]
	}
	return out, "Soubor nemá konec, možná chybí jeho část."
}

// toUTF8 turns a text into UTF-8. A charset that is wrong or unknown is not believed: bytes that are UTF-8 stay, others are
// read as Windows-1250, which Czech programs leave undeclared most often.
func toUTF8(b []byte, label string, html bool) []byte {
	if label == "" && html {
		if _, name, sure := charset.DetermineEncoding(b, "text/html"); sure || name != "windows-1252" {
			label = name
		}
	}
	label = strings.ToLower(strings.Trim(label, `"' `))
	if utf8.Valid(b) && !strings.HasPrefix(label, "utf-16") && !strings.HasPrefix(label, "iso-2022") && label != "utf-7" && !strings.HasPrefix(label, "hz-") {
		return b
	}
	if e, _ := charset.Lookup(label); e != nil && label != "utf-8" && label != "us-ascii" && label != "ascii" {
		if out, err := e.NewDecoder().Bytes(b); err == nil {
			return out
		}
	}
	if out, err := charmap.Windows1250.NewDecoder().Bytes(b); err == nil {
		return out
	}
	return bytes.ToValidUTF8(b, []byte("\uFFFD"))
}

// enclosed gives what signed data carry; nil when they are encrypted or carry nothing.
func enclosed(der []byte) (content []byte) {
	defer func() {
		if recover() != nil { // the library panics on some that are made to harm
			content = nil
		}
	}()
	p7, err := pkcs7.Parse(der)
	if err != nil || len(p7.Content) == 0 || len(p7.Signers) == 0 {
		return nil
	}
	return p7.Content
}
