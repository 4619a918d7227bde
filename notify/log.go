package notify

import "time"

// LogMissing warns administrators and operators that a day of an office's log is not sealed.
type LogMissing struct {
	Office string
	Day    time.Time
	Link   string // the list of sealed days
}

// Message of a missing day.
func (m LogMissing) Message() (Message, error) {
	l := Staff{Office: m.Office}.letter("Chybí transakční protokol za %s", day("cs", m.Day))
	l.say("Transakční protokol úřadu za den %s není zapečetěný a uložený. Zákon žádá zapečetěný protokol nejméně jednou denně.", day("cs", m.Day))
	l.say("Zápisy se neztratily, jsou v záznamu o činnosti. Systém zapečetění zkouší znovu a chybějící den sám doplní. Když se to do zítřka nepodaří, ověřte s provozovatelem pečeť, časové razítko a úlohy na pozadí.")
	l.link("Otevřít protokoly", m.Link)
	return l.message()
}
