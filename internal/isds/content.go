package isds

// content finds what signed data carry (RFC 5652, encapContentInfo) without reading certificates and signatures, so that a
// message whose signature cannot be read is not lost. nil: there is none, or the structure is damaged. It takes BER.
func content(data []byte) []byte {
	info, _, ok := open(data, 0x30) // ContentInfo
	if !ok {
		return nil
	}
	explicit, _, ok := open(after(info), 0xA0)
	if !ok {
		return nil
	}
	signed, _, ok := open(explicit, 0x30)
	if !ok {
		return nil
	}
	inner, _, ok := open(after(after(signed)), 0x30) // behind the version and the digest algorithms
	if !ok {
		return nil
	}
	if explicit, _, ok = open(after(inner), 0xA0); !ok {
		return nil
	}
	out, _, _ := octets(explicit, 0)
	return out
}

// open gives the inside of a value with this tag and what follows it; the inside of one without a length reaches to the
// end of the data.
func open(b []byte, tag byte) (inside, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != tag {
		return nil, nil, false
	}
	n, i := int(b[1]), 2
	switch {
	case n == 0x80:
		return b[2:], nil, true
	case n > 0x84:
		return nil, nil, false
	case n > 0x80:
		size := n & 0x7F
		if n = 0; len(b) < 2+size {
			return nil, nil, false
		}
		for _, c := range b[2 : 2+size] {
			n = n<<8 | int(c)
		}
		i += size
	}
	if n < 0 || n > len(b)-i {
		return nil, nil, false
	}
	return b[i : i+n], b[i+n:], true
}

// after skips one value of known length; nil when there is none.
func after(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	_, rest, _ := open(b, b[0])
	return rest
}

// octets reads an octet string, whole or in pieces.
func octets(b []byte, depth int) (out, rest []byte, ok bool) {
	if inside, rest, ok := open(b, 0x04); ok {
		return inside, rest, true
	}
	inside, rest, ok := open(b, 0x24)
	if !ok || depth > 8 {
		return nil, nil, false
	}
	for len(inside) > 0 && !(inside[0] == 0 && len(inside) > 1 && inside[1] == 0) {
		var piece []byte
		if piece, inside, ok = octets(inside, depth+1); !ok {
			return nil, nil, false
		}
		out = append(out, piece...)
	}
	if len(inside) > 1 && len(rest) == 0 {
		rest = inside[2:]
	}
	return out, rest, true
}
