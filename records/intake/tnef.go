package intake

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// What Outlook wraps attachments in when it writes for Exchange (winmail.dat; MS-OXTNEF 2.1).
const (
	tnefMark    = 0x223E9F78
	tnefBegin   = 0x00069002 // a new attachment
	tnefTitle   = 0x00018010
	tnefContent = 0x0006800F
)

var errTNEF = errors.New("intake: damaged TNEF")

// tnef unpacks the attachments; the rest describes the message for Exchange alone.
func (u *unpacking) tnef(ctx context.Context, at, depth int) error {
	data, err := u.read(ctx, at)
	if err != nil {
		return err
	}
	if len(data) < 4 || binary.LittleEndian.Uint32(data) != tnefMark {
		return nil // only called so
	}
	u.item.Pieces[at].Container = true
	files, broken := tnefFiles(data)
	for i, f := range files {
		f.Name = cmp.Or(f.Name, fmt.Sprintf("priloha-%d.bin", i+1))
		if len(f.body) == 0 {
			u.lose(f.Name, "Soubor je prázdný.", true)
			continue
		}
		if err := u.addBytes(ctx, at, depth, f.Piece, f.body); err != nil {
			return err
		}
	}
	return broken
}

type tnefFile struct {
	Piece
	body []byte
}

// tnefFiles reads attribute by attribute: level, id, length, value, checksum. What was read before damage is given.
func tnefFiles(data []byte) (files []tnefFile, err error) {
	if len(data) < 6 || binary.LittleEndian.Uint32(data) != tnefMark {
		return nil, errTNEF
	}
	for data = data[6:]; len(data) > 0; {
		if len(data) < 11 {
			return files, errTNEF
		}
		id, n := binary.LittleEndian.Uint32(data[1:]), binary.LittleEndian.Uint32(data[5:])
		if uint64(n)+11 > uint64(len(data)) {
			return files, errTNEF
		}
		value := data[9 : 9+n]
		data = data[11+n:]
		if id == tnefBegin {
			files = append(files, tnefFile{})
		}
		if len(files) == 0 {
			continue
		}
		switch last := &files[len(files)-1]; id {
		case tnefTitle:
			last.Name = strings.TrimSpace(string(toUTF8(bytes.TrimRight(value, "\x00"), "", false)))
		case tnefContent:
			last.body = value
		}
	}
	return files, nil
}
