package scheme

import (
	"strconv"
	"strings"

	"epom/records"
)

// Triggers in the order they are offered.
var Triggers = []string{records.WhenClosed, records.WhenHandled, records.WhenOpened, records.WhenBorn, records.Externally}

// TriggerWords are the events as people call them, and as schemes of other systems are written.
var TriggerWords = map[string]string{records.WhenHandled: "vyřízení", records.WhenClosed: "uzavření spisu", records.WhenOpened: "založení spisu",
	records.WhenBorn: "rok narození nebo vzniku subjektu", records.Externally: "externí událost"}

// trigger reads an event from words; what is not known is an external event, whose words are kept in the note.
func trigger(s string) (event string, known bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	switch {
	case s == "":
		return "", true
	case strings.Contains(s, "uzav"):
		return records.WhenClosed, true
	case strings.Contains(s, "vyříz"), strings.Contains(s, "vyriz"):
		return records.WhenHandled, true
	case strings.Contains(s, "založ"), strings.Contains(s, "zaloz"), strings.Contains(s, "otevř"), strings.Contains(s, "vytvoř"):
		return records.WhenOpened, true
	case strings.Contains(s, "naroz"), strings.Contains(s, "vzniku"):
		return records.WhenBorn, true
	}
	return records.Externally, strings.Contains(s, "extern")
}

// rule reads a sign with years as plans write it: "A/5", "S 10", "V/10 (pozn. 1)"; false when it is none.
func rule(s string) (sign string, years int, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if s == "" {
		return "", 0, true
	}
	sign = s[:1]
	rest := strings.TrimLeft(s[1:], " /-–")
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	if !strings.Contains("ASV", sign) || digits == 0 || digits > 3 {
		return "", 0, false
	}
	years, _ = strconv.Atoi(rest[:digits])
	return sign, years, true
}
