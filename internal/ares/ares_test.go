package ares

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestByICO(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"found":         {200, `{"ico":"00064581","obchodniJmeno":"Hlavní město Praha","sidlo":{"nazevObce":"Praha","psc":11000,"kodAdresnihoMista":21701440}}`, nil},
		"unknown":       {404, `{"kod":"NENALEZENO"}`, ErrUnknown},
		"busy":          {429, ``, ErrUnavailable},
		"broken":        {500, `<html>`, ErrUnavailable},
		"cut":           {200, `{"ico":"00064581","obchodniJ`, ErrUnavailable},
		"someone else":  {200, `{"ico":"70890013","obchodniJmeno":"Jiný"}`, ErrUnavailable},
		"no name":       {200, `{"ico":"00064581"}`, ErrUnavailable},
		"endless":       {200, `{"ico":"` + strings.Repeat("0", answerBytes) + `"}`, ErrUnavailable},
		"a redirection": {302, ``, ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				if r.URL.Path != "/ekonomicke-subjekty/00064581" {
					t.Errorf("asked %s", r.URL.Path)
				}
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer s.Close()
			now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
			client := New(s.URL+"/", func() time.Time { return now })
			for range 2 {
				got, err := client.ByICO(t.Context(), "00064581")
				if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
					t.Fatalf("%+v %v, want %v", got, err, c.want)
				}
				if err == nil && (got.Name != "Hlavní město Praha" || got.Seat.Zip != 11000 || got.Seat.Adm != 21701440) {
					t.Errorf("%+v", got)
				}
			}
			want := int32(1) // a definite answer is kept, a fault is not
			if errors.Is(c.want, ErrUnavailable) {
				want = 2
			}
			if asked.Load() != want {
				t.Errorf("asked %d times, want %d", asked.Load(), want)
			}
			if now = now.Add(keepFor); c.want == nil {
				if _, err := client.ByICO(t.Context(), "00064581"); err != nil || asked.Load() != 2 {
					t.Errorf("after half a day: %v, asked %d times", err, asked.Load())
				}
			}
		})
	}
}

func TestSilentRegisterIsUnavailable(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(nil)
	s.Close()
	if _, err := New(s.URL, time.Now).ByICO(context.Background(), "00064581"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v", err)
	}
}
