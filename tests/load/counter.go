package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp"
)

// counter compares one clerk who registers letters at the counter with citizens who send one after another: the whole way
// through HTTP to the commit. Each letter adds its sender to the name register after looking whether somebody like that is there.
func (b *benchCmd) counter(ctx context.Context, s *stand, owner *sqlx.DB) error {
	const times = 300
	_, clerk, cookie, err := clerkOf(ctx, owner)
	if err != nil {
		return err
	}
	if _, err := owner.ExecContext(ctx, `UPDATE membership SET role = 'mailroom' WHERE account_id = $1`, clerk); err != nil {
		return err
	}
	where, err := targets(ctx, owner, 1)
	if err != nil {
		return err
	}
	tokens, err := makeDrafts(ctx, owner, where, times+50, "counter")
	if err != nil {
		return err
	}
	if _, err := owner.ExecContext(ctx, `VACUUM ANALYZE`); err != nil {
		return err
	}
	if _, err := s.startApp("EPOM_WORKERS=0"); err != nil {
		return err
	}
	defer s.killApp()
	host := &fasthttp.HostClient{Addr: s.addr, MaxConns: 1}
	send := func() (time.Duration, error) {
		start, token := time.Now(), tokens[0]
		tokens = tokens[1:]
		if ref, problem := sendOne(host, s.addr, token); ref == "" {
			return 0, errors.New(problem)
		}
		return time.Since(start), nil
	}
	n := 0
	register := func() (time.Duration, error) {
		n++
		start := time.Now()
		err := registerOne(host, s.addr, cookie, n)
		return time.Since(start), err
	}
	for _, act := range []func() (time.Duration, error){send, register} { // warm: connections, caches
		if _, err := median(50, act); err != nil {
			return err
		}
	}
	citizens, err := median(times, send)
	if err != nil {
		return err
	}
	ours, err := median(times, register)
	if err != nil {
		return err
	}
	atMost("counter: a letter registered, against a submission", ours/citizens, 1, "×", fmt.Sprintf("%.1f ms against %.1f ms, one after another", ours, citizens))
	return nil
}

// registerOne posts the form of the mailroom as a browser does; the answer leads to the next item.
func registerOne(host *fasthttp.HostClient, addr, cookie string, n int) error {
	now := time.Now()
	form := url.Values{"key": {fmt.Sprintf("bench%011d", n)}, "way": {"post"}, "day": {now.Format("2. 1. 2006")}, "time": {"0:00:01"}, "subject": {"Dopis"}, "sheets": {"1"},
		"who_kind": {"person"}, "who": {fmt.Sprintf("Odesílatel %d", n)}}
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI("http://" + addr + "/kancelar/posta/nova")
	req.Header.SetMethod("POST")
	req.Header.SetContentType("application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Cookie", cookie)
	req.SetBodyString(form.Encode())
	if err := host.Do(req, resp); err != nil {
		return err
	}
	if to := string(resp.Header.Peek("Location")); resp.StatusCode() != fasthttp.StatusSeeOther || !strings.Contains(to, "hotovo=") {
		return fmt.Errorf("%d %s %.300s", resp.StatusCode(), to, resp.Body())
	}
	return nil
}
