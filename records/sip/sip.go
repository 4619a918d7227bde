// Package sip checks what goes to an archive: packages of the records standard (SIP, METS with NSESSS metadata), packages of
// the digital archive (AIP, METS with PREMIS) and finding aids (EAD3). It applies the public rule sets of the archives and
// reports every broken rule in one run, each with its place. It reads files and computes; it knows no database and no clock.
package sip

import (
	"fmt"
	"sort"
	"time"
)

// Class says who can mend a fault.
type Class string

const (
	Technical Class = "technical" // the package is built wrongly: structure, checksums, encoding, XML; the program's maker mends it
	Clerk     Class = "clerk"     // the content is wrong or missing: the office mends it in its records
)

// Kind is the sort of package, and so the rule set.
type Kind string

const (
	Records    Kind = "sip" // package of the records standard, rule set NSESSS2024
	Archive    Kind = "aip" // package of the digital archive, rule set DAAIP2024
	FindingAid Kind = "ead" // finding aid, rule set AP2023
)

// Finding is one broken rule at one place.
type Finding struct {
	Rule  string `json:"rule"`            // id in the archives' rule set, e.g. obs103
	Text  string `json:"text"`            // what is wrong, in Czech, with the place
	Class Class  `json:"class"`           // technical | clerk
	File  string `json:"file,omitempty"`  // path inside the package
	Place string `json:"place,omitempty"` // path of elements, as in XPath
	Line  int    `json:"line,omitempty"`  // from 1; 0 when the fault has no line
}

// Report is the verdict about one package; no findings means that no rule is broken.
type Report struct {
	Path   string    `json:"path"`
	Kind   Kind      `json:"kind"`
	Broken []Finding `json:"broken"`
}

// Options of a check.
type Options struct {
	Today time.Time // terms are measured to this day
}

// most is how many places of one rule are written out; the rest is only counted.
const most = 20

// Check applies the rule set that belongs to what lies at path: a folder, a ZIP or TAR file, or an EAD file. Damage of any kind
// is a finding; an error means that the path itself cannot be read.
func Check(path string, o Options) (Report, error) {
	p, err := open(path)
	if err != nil {
		return Report{}, err
	}
	defer p.close()
	r := &run{pack: p, today: o.Today, counts: map[string]int{}}
	switch p.kind {
	case Archive:
		checkArchive(r)
	case FindingAid:
		checkFindingAid(r)
	default:
		checkRecords(r)
	}
	for _, rule := range r.order {
		if n := r.counts[rule.id]; n > most {
			r.found = append(r.found, Finding{Rule: rule.id, Class: rule.class, Text: fmt.Sprintf("%s (a dalších %d míst)", rule.text, n-most)})
		}
	}
	sort.SliceStable(r.found, func(i, j int) bool { return r.found[i].Class == Technical && r.found[j].Class == Clerk })
	if r.found == nil {
		r.found = []Finding{}
	}
	return Report{Path: path, Kind: p.kind, Broken: r.found}, nil
}

// run is one check under way.
type run struct {
	pack   *pack
	today  time.Time
	found  []Finding
	counts map[string]int
	order  []ruleInfo
}

// ruleInfo is what is the same for every rule of every set.
type ruleInfo struct {
	id     string
	text   string // what the rule asks, in Czech
	source string // paragraph or part of the standard
	class  Class
}

// add records that a rule is broken at a place of a file. The detail is put before the rule's own sentence.
func (r *run) add(rule ruleInfo, file string, n *node, detail string) {
	if r.counts[rule.id]++; r.counts[rule.id] == 1 {
		r.order = append(r.order, rule)
	}
	if r.counts[rule.id] > most {
		return
	}
	f := Finding{Rule: rule.id, Class: rule.class, File: file, Text: rule.text}
	if detail != "" {
		f.Text = detail + " – " + rule.text
	}
	if n != nil {
		f.Place, f.Line = n.place(), n.line
	}
	switch {
	case f.Line > 0:
		f.Text += fmt.Sprintf(" (%s, řádek %d, %s)", file, f.Line, f.Place)
	case file != "":
		f.Text += fmt.Sprintf(" (%s)", file)
	}
	r.found = append(r.found, f)
}
