package checks

import (
	"testing"
	"time"
)

// Vectors: published identification numbers of public bodies and accounts, computed by the rules named at each function.

func TestICO(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"17651921": "17651921", "00007064": "00007064", "00006947": "00006947", "00258245": "00258245",
		"27074358": "27074358", "45274649": "45274649", "00064581": "00064581", "70890013": "70890013",
		"7064": "00007064", " 452 746 49 ": "45274649",
		"00258267": "", "00258256": "", "00123454": "", "01234567": "", "": "", "0": "", "123456789": "", "4527464a": "",
	} {
		if got, ok := ICO(typed); ok != (want != "") || ok && got != want {
			t.Errorf("ICO(%q) = %q, %v; want %q", typed, got, ok, want)
		}
	}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][2]string{
		"19-2000145399/0800":            {"19-2000145399/0800", "CZ6508000000192000145399"},
		"222885/5500":                   {"222885/5500", "CZ1355000000000000222885"},
		"000019-2000145399/0800":        {"19-2000145399/0800", "CZ6508000000192000145399"},
		"CZ65 0800 0000 1920 0014 5399": {"19-2000145399/0800", "CZ6508000000192000145399"},
	} {
		a, ok := ParseAccount(typed)
		if !ok || a.String() != want[0] || a.IBAN() != want[1] {
			t.Errorf("ParseAccount(%q) = %v %q, %v", typed, a, a.IBAN(), ok)
		}
	}
	for _, typed := range []string{"", "1/0800", "19-2000145398/0800", "18-2000145399/0800", "2000145399", "2000145399/080",
		"CZ6608000000192000145399", "CZ65", "x/0800", "12345678901/0800", "0000019-2000145399/0800", "--/", "/"} {
		if a, ok := ParseAccount(typed); ok {
			t.Errorf("ParseAccount(%q) accepted as %v", typed, a)
		}
	}
}

func TestBirthNumber(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"736028/5163": "1973-10-28", "000101/0009": "2000-01-01", "780123/3540": "1978-01-23",
		"800101/0002": "", "736028/5164": "", "736028": "", "991332/1234": "", "530101/123": "1953-01-01", "530101/000": "",
	} {
		born, ok := BirthNumber(typed)
		if ok != (want != "") || ok && born.Format(time.DateOnly) != want {
			t.Errorf("BirthNumber(%q) = %v, %v; want %q", typed, born, ok, want)
		}
	}
}

func TestShapes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name        string
		check       func(string) (string, bool)
		typed, want string
	}{
		{"box", Databox, " ABCd2fg ", "abcd2fg"}, {"box", Databox, "abc", ""}, {"box", Databox, "abcdé12", ""},
		{"zip", Zip, "463 62", "46362"}, {"zip", Zip, "46362", "46362"}, {"zip", Zip, "4636", ""}, {"zip", Zip, "9463a", ""}, {"zip", Zip, "01234", ""},
		{"phone", Phone, "601 234 567", "+420601234567"}, {"phone", Phone, "+420 601-234-567", "+420601234567"},
		{"phone", Phone, "00420601234567", "+420601234567"}, {"phone", Phone, "+421 905 123 456", "+421905123456"},
		{"phone", Phone, "601 234 56", ""}, {"phone", Phone, "+420 60123456", ""}, {"phone", Phone, "sto", ""}, {"phone", Phone, "101234567", ""},
		{"mail", Email, " Jana@Hejnice.CZ ", "Jana@hejnice.cz"}, {"mail", Email, "jana@hejnice", ""}, {"mail", Email, "jana", ""},
		{"mail", Email, "Jana <jana@hejnice.cz>", ""}, {"mail", Email, "a@b..cz", ""}, {"mail", Email, "a@[10.0.0.1]", ""},
	} {
		if got, ok := row.check(row.typed); ok != (row.want != "") || ok && got != row.want {
			t.Errorf("%s(%q) = %q, %v; want %q", row.name, row.typed, got, ok, row.want)
		}
	}
	if got := FormatPhone("+420601234567"); got != "+420 601 234 567" {
		t.Error(got)
	}
	if got := FormatZip("46362"); got != "463 62" {
		t.Error(got)
	}
}

func FuzzChecks(f *testing.F) {
	f.Add("19-2000145399/0800")
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := ICO(s); ok {
			if again, ok := ICO(n); !ok || again != n {
				t.Errorf("ICO %q is not stable", n)
			}
		}
		if a, ok := ParseAccount(s); ok {
			if again, ok := ParseAccount(a.IBAN()); !ok || again != a {
				t.Errorf("account %v is lost on the way through %s", a, a.IBAN())
			}
		}
		BirthNumber(s)
		Databox(s)
		Zip(s)
		if p, ok := Phone(s); ok {
			if again, ok := Phone(p); !ok || again != p {
				t.Errorf("phone %q is not stable", p)
			}
		}
		Email(s)
	})
}
