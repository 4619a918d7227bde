package books

import "epom/records"

var (
	channels = map[string]string{"portal": "portál", "email": "e-mail", "databox": "datová schránka", "post": "pošta", "counter": "přepážka", "office": "jiný úřad",
		"referral": "postoupení", "board": "úřední deska", "none": ""}
	directions = map[string]string{records.In: "došlý", records.Out: "odeslaný", records.Own: "vlastní"}
	ways       = map[string]string{records.ByDocument: "vyřízeno dokumentem", records.ByReferral: "postoupeno", records.ByNoting: "vzato na vědomí", records.ByNote: "vyřízeno záznamem",
		records.ByOther: "vyřízeno jinak"}
)

// word is what a code is called, the code itself when it has no name.
func word(words map[string]string, code string) string {
	if w, ok := words[code]; ok {
		return w
	}
	return code
}

// ChannelWord is what a way of delivery is called.
func ChannelWord(code string) string { return word(channels, code) }

// DirectionWord is what a direction is called.
func DirectionWord(code string) string { return word(directions, code) }

// WayWord is what a way of handling is called.
func WayWord(code string) string { return word(ways, code) }
