package pdf

import (
	"encoding/binary"
	"math"
)

// srgbProfile builds the colour profile of sRGB (IEC 61966-2-1) in the form of ISO 15076-1 (ICC version 4), with its
// curve as a formula: 0.5 kB where tables take 3 kB, and readers need not invert a table for every page.
func srgbProfile() []byte {
	fixed := func(values ...float64) []byte { // s15Fixed16Number
		var b []byte
		for _, v := range values {
			b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
		}
		return b
	}
	xyz := func(x, y, z float64) []byte { return append([]byte("XYZ \x00\x00\x00\x00"), fixed(x, y, z)...) }
	words := func(s string) []byte { // multiLocalizedUnicodeType with one record
		b := []byte("mluc\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0CenUS")
		b = binary.BigEndian.AppendUint32(b, uint32(2*len(s)))
		b = binary.BigEndian.AppendUint32(b, 28)
		for _, c := range []byte(s) {
			b = append(b, 0, c)
		}
		return b
	}
	curve := append([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), fixed(2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)...)
	// Primaries and white adapted to D50 by the Bradford matrix in chad.
	tags := []struct {
		sign string
		data []byte
	}{
		{"desc", words("sRGB")},
		{"cprt", words("No copyright, use freely")},
		{"wtpt", xyz(0.9642, 1, 0.8249)},
		{"chad", append([]byte("sf32\x00\x00\x00\x00"), fixed(1.0478112, 0.0228866, -0.0501270, 0.0295424, 0.9904844, -0.0170491,
			-0.0092345, 0.0150436, 0.7521316)...)},
		{"rXYZ", xyz(0.4360747, 0.2225045, 0.0139322)},
		{"gXYZ", xyz(0.3850649, 0.7168786, 0.0971045)},
		{"bXYZ", xyz(0.1430804, 0.0606169, 0.7141733)},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	}
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var body []byte
	const header = 128
	start := header + 4 + 12*len(tags)
	for i, tag := range tags {
		if i == 0 || &tag.data[0] != &tags[i-1].data[0] { // the three curves are one
			for len(body)%4 > 0 {
				body = append(body, 0)
			}
			start = header + 4 + 12*len(tags) + len(body)
			body = append(body, tag.data...)
		}
		table = append(table, tag.sign...)
		table = binary.BigEndian.AppendUint32(table, uint32(start))
		table = binary.BigEndian.AppendUint32(table, uint32(len(tag.data)))
	}
	for len(body)%4 > 0 {
		body = append(body, 0)
	}
	profile := make([]byte, header, header+len(table)+len(body))
	binary.BigEndian.PutUint32(profile, uint32(cap(profile)))
	binary.BigEndian.PutUint32(profile[8:], 0x04200000)
	copy(profile[12:], "mntrRGB XYZ ")
	copy(profile[24:], "\x07\xEA\x00\x0B\x00\x16") // 22 November 2026
	copy(profile[36:], "acsp")
	copy(profile[68:], fixed(0.9642, 1, 0.8249))
	return append(append(profile, table...), body...)
}
