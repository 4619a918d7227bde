package seal

import "errors"

var errDER = errors.New("seal: not readable as ASN.1")

// Bounds of a signature: no honest one comes near, even with certificates, revocation lists and several timestamps in it.
const (
	cmsLimit = 8 << 20
	cmsDepth = 64
)

// toDER reads the first value of b, which may use the freedoms of BER (indefinite lengths, strings in pieces), and
// writes it with definite shortest lengths, as encoding/asn1 wants it. rest is what follows it.
func toDER(b []byte) (der, rest []byte, err error) {
	if len(b) > cmsLimit {
		return nil, nil, errDER
	}
	return derValue(b, 0)
}

// tlv is the head of one value: its tag bytes and its content; length -1 = up to the end mark.
type tlv struct {
	tag    []byte
	length int
	rest   []byte // content and what follows
}

func readTLV(b []byte) (t tlv, err error) {
	i := 1
	if len(b) > 0 && b[0]&0x1F == 0x1F {
		for i < len(b) && b[i]&0x80 != 0 && i < 5 {
			i++
		}
		i++
	}
	if i >= len(b) {
		return t, errDER
	}
	t.tag, t.length = b[:i], int(b[i])
	if i++; t.length == 0x80 {
		t.length = -1
	} else if t.length > 0x80 {
		n := t.length & 0x7F
		if n > 4 || i+n > len(b) {
			return t, errDER
		}
		t.length = 0
		for _, c := range b[i : i+n] {
			t.length = t.length<<8 | int(c)
		}
		i += n
	}
	if t.rest = b[i:]; t.length > len(t.rest) || (t.length < 0 && t.tag[0]&0x20 == 0) {
		return t, errDER
	}
	return t, nil
}

func derValue(b []byte, depth int) (der, rest []byte, err error) {
	t, err := readTLV(b)
	if err != nil || depth > cmsDepth {
		return nil, nil, errDER
	}
	if t.tag[0]&0x20 == 0 {
		return wrapDER(t.tag, t.rest[:t.length]), t.rest[t.length:], nil
	}
	inner := t.rest
	if t.length >= 0 {
		inner, rest = t.rest[:t.length], t.rest[t.length:]
	}
	octets := t.tag[0] == 0x24
	var content []byte
	for len(inner) > 0 || t.length < 0 {
		if t.length < 0 && len(inner) >= 2 && inner[0] == 0 && inner[1] == 0 {
			rest = inner[2:]
			break
		}
		var part []byte
		if part, inner, err = derValue(inner, depth+1); err != nil {
			return nil, nil, err
		}
		if octets { // pieces of one octet string
			piece, err := readTLV(part)
			if err != nil || piece.tag[0] != 0x04 {
				return nil, nil, errDER
			}
			part = piece.rest
		}
		content = append(content, part...)
	}
	if octets {
		return wrapDER([]byte{0x04}, content), rest, nil
	}
	return wrapDER(t.tag, content), rest, nil
}

func wrapDER(tag, content []byte) []byte {
	out := make([]byte, 0, len(tag)+len(content)+5)
	out = append(out, tag...)
	if n := len(content); n < 0x80 {
		out = append(out, byte(n))
	} else {
		size := 1
		for n>>(8*size) > 0 {
			size++
		}
		out = append(out, 0x80|byte(size))
		for size--; size >= 0; size-- {
			out = append(out, byte(n>>(8*size)))
		}
	}
	return append(out, content...)
}
