package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// sent is what the server answered to one draft.
type sent struct {
	token, reference string // reference empty = not acknowledged
	problem          string // what came instead of an acknowledgement
}

// sendAll sends each draft once over a number of connections until ctx ends, and gathers the acknowledgements.
func sendAll(ctx context.Context, addr string, tokens []string, clients int) []sent {
	results, next := make([]sent, len(tokens)), atomic.Int64{}
	host := &fasthttp.HostClient{Addr: addr, MaxConns: clients, NoDefaultUserAgentHeader: true, ReadTimeout: 15 * time.Second, MaxIdemponentCallAttempts: 1}
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(tokens) {
					return
				}
				ref, problem := sendOne(host, addr, tokens[i])
				results[i] = sent{tokens[i], ref, problem}
			}
		})
	}
	wg.Wait()
	return results
}

// sendOne posts the last page of the form as a browser does; the redirect names the reference.
func sendOne(host *fasthttp.HostClient, addr, token string) (reference, problem string) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI("http://" + addr + "/formulare/" + loadForm + "/odeslat")
	req.Header.SetMethod("POST")
	req.Header.SetContentType("application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.SetCookie("epom_draft_"+loadForm, token)
	req.SetBodyString("_revision=1")
	if err := host.DoTimeout(req, resp, 15*time.Second); err != nil {
		return "", err.Error()
	}
	at := string(resp.Header.Peek("Location"))
	_, ref, ok := strings.Cut(at, "/podani/")
	if resp.StatusCode() != fasthttp.StatusSeeOther || !ok {
		return "", fmt.Sprintf("%d %s %.300s", resp.StatusCode(), at, resp.Body())
	}
	ref, _, _ = strings.Cut(ref, "?")
	return ref, ""
}
