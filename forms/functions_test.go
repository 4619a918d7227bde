package forms

import (
	"testing"

	"pgregory.net/rapid"
)

func TestDaysAndMonths(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		born, day string
		want      int
	}{
		{"2000-05-10", "2018-05-09", 17}, {"2000-05-10", "2018-05-10", 18}, {"2004-02-29", "2022-02-28", 17}, {"2004-02-29", "2022-03-01", 18},
		{"", "2022-03-01", 0}, {"2030-01-01", "2022-03-01", 0},
	} {
		if got := age(row.born, row.day); got != row.want {
			t.Errorf("age(%s, %s) = %d, want %d", row.born, row.day, got, row.want)
		}
	}
	for _, row := range []struct {
		day  string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-11-30", 3, "2027-02-28"}, {"2026-12-15", 12, "2027-12-15"}, {"x", 1, ""},
	} {
		if got := addMonths(row.day, row.n); got != row.want {
			t.Errorf("addMonths(%s, %d) = %s, want %s", row.day, row.n, got, row.want)
		}
	}
	if addDays("2026-12-31", 1) != "2027-01-01" || daysBetween("2026-10-24", "2026-10-26") != 2 || workday("2026-11-22") || !workday("2026-11-23") {
		t.Error("days")
	}
}

func TestWhatPeopleTypeIsRead(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"24. 3. 2026": "2026-03-24", "24.3.2026": "2026-03-24", "1/2/2026": "2026-02-01", "2026-03-24": "2026-03-24", "01.02.1980": "1980-02-01",
		"31. 2. 2026": "", "24. 3. 26": "", "zítra": "", "2026-3-24": "", "1.1.": "", "0.1.2026": "", "1. 13. 2026": "", "29.2.2028": "2028-02-29", "29.2.2027": "",
	} {
		if got, ok := readDate(typed); ok != (want != "") || ok && got != want {
			t.Errorf("date %q = %q, %v; want %q", typed, got, ok, want)
		}
	}
	for typed, want := range map[string]int64{
		"1250": 125000, "1 250": 125000, "1\u00a0250,50": 125050, "99.5 Kč": 9950, "300,-": 30000, "300,--": 30000, "0": 0, "-15": -1500, "-0,50": -50,
	} {
		if got, ok := halere(typed); !ok || got != want {
			t.Errorf("money %q = %d, %v; want %d", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"", "sto", "1,234,567", "1e5", "12,345", "9999999999999999", ",5,", "--5", "1.-5"} {
		if got, ok := halere(typed); ok {
			t.Errorf("money %q accepted as %d", typed, got)
		}
	}
}

func TestMoneyAndDatesComeBackAsShown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1_000_000_000_00, 1_000_000_000_00).Draw(t, "n")
		if got, ok := halere(crowns(n)); !ok || got != n {
			t.Fatalf("%d shown as %q reads as %d", n, crowns(n), got)
		}
		if got, ok := halere(formatMoney(n, CS)); !ok || got != n {
			t.Fatalf("%d printed as %q reads as %d", n, formatMoney(n, CS), got)
		}
		day := addDays("1900-01-01", rapid.IntRange(0, 80_000).Draw(t, "day"))
		if got, ok := readDate(formatDate(day)); !ok || got != day {
			t.Fatalf("%s shown as %q reads as %q", day, formatDate(day), got)
		}
	})
}

func TestGroupDigits(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"1": "1", "123": "123", "1234": "1\u00a0234", "1234567": "1\u00a0234\u00a0567", "-1234": "-1\u00a0234"} {
		if got := groupDigits(in); got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
	if got := formatNumber(12500.5); got != "12\u00a0500,5" {
		t.Error(got)
	}
}
