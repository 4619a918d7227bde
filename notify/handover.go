package notify

import (
	"time"

	"epom/internal/i18n"
)

// HandoverLate tells those who look after an office that its records system has not confirmed what was handed over.
type HandoverLate struct {
	Office string
	Count  int
	Since  time.Time // in Prague time; of the first one
	Why    string    // in words
	Link   string
}

// Message of hand-overs that take too long.
func (h HandoverLate) Message() (Message, error) {
	l := Staff{Office: h.Office}.letter("Spisová služba nepotvrdila předání: %s", i18n.N("cs", h.Count, "%d podání", "%d podání", "%d podání"))
	l.say("Dobrý den, vaše spisová služba ještě nepotvrdila převzetí. Nejstarší předání čeká od %s. Důvod: %s.", moment("cs", h.Since), h.Why)
	l.say("Podání jsou přijatá, nic se neztratilo a předávat je zkoušíme dál. Zjistěte u dodavatele spisové služby, co se děje; na stránce níže předání zopakujete nebo zastavíte.")
	l.link("Otevřít předání", h.Link)
	return l.message()
}
