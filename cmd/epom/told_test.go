package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// Only the widget may stand in a frame of another site, whatever else is answered.
func onlyTheWidgetIsFramed(t *testing.T, s *site) {
	framed := map[string]bool{"/urady/:slug/deska/widget": true, "/urady/:slug/deska/vlozit.html": true}
	fill := strings.NewReplacer(":slug", "hejnice", ":code", "kaceni-drevin", ":step", "zadatel", ":id", "1", ":token", "x", ":number", "2026-1")
	asked := 0
	for _, r := range s.app.GetRoutes(true) {
		if r.Method != fiber.MethodGet || strings.HasSuffix(r.Path, "/udalosti") {
			continue
		}
		asked++
		resp, err := s.app.Test(httptest.NewRequest(r.Method, fill.Replace(r.Path), nil), 20_000)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		csp, option := resp.Header.Get("Content-Security-Policy"), resp.Header.Get("X-Frame-Options")
		switch {
		case framed[r.Path]:
			if !strings.Contains(csp, "frame-ancestors *") || option != "" || len(resp.Cookies()) != 0 {
				t.Errorf("%s cannot be framed: %q %q", r.Path, csp, option)
			}
		case !strings.Contains(csp, "frame-ancestors 'none'") && !strings.Contains(csp, "sandbox") || option != "DENY":
			t.Errorf("%s can be framed: %q %q", r.Path, csp, option)
		}
	}
	if asked < 50 {
		t.Errorf("only %d routes were asked", asked)
	}
}
