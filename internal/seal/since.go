package seal

import (
	"epom/internal/errs"
	"epom/internal/seal/pdffile"
)

// ChangedSince tells what was done to a PDF after its first n bytes, which were a whole PDF by themselves: whoever gave them
// out learns whether what came back says the same. LaterSignatures = nothing but signatures and what belongs to them. An error
// (Invalid) says that one of the two is no PDF, or is encrypted. The file may be hostile.
func ChangedSince(pdf []byte, n int) (Later, []Change, error) {
	if n <= 0 || n > len(pdf) {
		return LaterUnknown, nil, errs.New(errs.Invalid, "PDF je kratší než to, které jsme vydali.")
	}
	if blank(pdf[n:]) {
		return LaterNothing, nil, nil
	}
	read, err := pdffile.Open(pdf)
	if err != nil {
		return LaterUnknown, nil, err
	}
	old, err := pdffile.Open(pdf[:n:n])
	if err != nil {
		return LaterUnknown, nil, err
	}
	f := &signedFile{read, walkFactor*len(pdf) + 16<<20}
	if f.Damaged || old.Damaged {
		return LaterUnknown, []Change{{ChangeUnknown, ""}}, nil
	}
	later, changes := f.since(old)
	return later, changes, nil
}
