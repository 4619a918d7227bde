package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"epom/board"
	"epom/internal/blob"
	"epom/internal/webhook"
)

// Bounds of one document that is brought from elsewhere.
const (
	fetchTime      = time.Minute
	fetchBytes     = 50 << 20
	fetchRedirects = 5
)

// fetcher brings documents of imported postings here. Their addresses come from strangers, so it never reaches into the
// network this machine stands in.
type fetcher struct {
	files *blob.Store
	http  *http.Client
	says  io.Writer
	known map[string]*board.File
}

// newFetcher makes a fetcher; anywhere allows addresses that are not public, for trials and tests only.
func newFetcher(files *blob.Store, anywhere bool, says io.Writer) *fetcher {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !anywhere && !webhook.Public(at.Addr()) {
			return errors.New("adresa neleží ve veřejném internetu")
		}
		return nil
	}}
	return &fetcher{files: files, says: says, known: map[string]*board.File{}, http: &http.Client{Timeout: fetchTime,
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 20 * time.Second, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > fetchRedirects {
				return errors.New("příliš mnoho přesměrování")
			}
			return nil
		}}}
}

// fetch brings one document; nil when it cannot be reached, or is not of a kind that may hang on a board.
func (f *fetcher) fetch(ctx context.Context, address string) *board.File {
	if got, ok := f.known[address]; ok {
		return got
	}
	got, err := f.get(ctx, address)
	if err != nil {
		fmt.Fprintf(f.says, "%s: %v\n", address, plainly(err))
	}
	f.known[address] = got
	return got
}

func (f *fetcher) get(ctx context.Context, address string) (*board.File, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := f.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("odpověď %d", resp.StatusCode)
	}
	ref, err := f.files.Put(ctx, resp.Body, fetchBytes)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(ref.MediaType, "text/") && ref.MediaType != "text/plain" ||
		!slices.ContainsFunc(blob.Extensions(), func(ext string) bool { return blob.Check("x"+ext, ref.MediaType) == nil }) {
		return nil, fmt.Errorf("soubor typu %s se na desku nebere", ref.MediaType)
	}
	return &board.File{SHA256: ref.SHA256, Size: ref.Size, MediaType: ref.MediaType}, nil
}
