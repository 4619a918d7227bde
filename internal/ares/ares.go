// Package ares asks the public register of economic subjects (ARES, ares.gov.cz) for the name and seat of a body by its
// identification number (IČO). Answers are kept for a while; a register that does not answer never holds a person up for
// longer than a few seconds.
package ares

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// URL is the public address of the register.
const URL = "https://ares.gov.cz/ekonomicke-subjekty-v-be/rest"

// What ByICO may answer instead of a subject.
var (
	ErrUnknown     = errors.New("ares: no such number")
	ErrUnavailable = errors.New("ares: the register does not answer")
)

// Subject is a body as the register knows it. Parts of the seat that the register does not say are empty.
type Subject struct {
	ICO   string `json:"ico"`
	Name  string `json:"obchodniJmeno"`
	Ended string `json:"datumZaniku"` // ISO date, "" = it lasts
	Seat  Seat   `json:"sidlo"`
}

// Seat is an address; Adm is the code of the address point in RÚIAN, 0 = not known.
type Seat struct {
	Adm          int64  `json:"kodAdresnihoMista"`
	Municipality int64  `json:"kodObce"`
	Town         string `json:"nazevObce"`
	Part         string `json:"nazevCastiObce"`
	Street       string `json:"nazevUlice"`
	House        int    `json:"cisloDomovni"`
	Orientation  int    `json:"cisloOrientacni"`
	Letter       string `json:"cisloOrientacniPismeno"`
	Zip          int    `json:"psc"`
	Text         string `json:"textovaAdresa"`
}

// Bounds of one question and of what is remembered.
const (
	answerTime  = 4 * time.Second
	answerBytes = 1 << 20
	keepFor     = 12 * time.Hour
	keepMost    = 2000
)

// Client asks the register. Make it with New; it is safe for concurrent use.
type Client struct {
	url  string
	now  func() time.Time
	http *http.Client

	mu   sync.Mutex
	kept map[string]kept
}

type kept struct {
	subject Subject
	known   bool
	until   time.Time
}

// New makes a client of the register at an address.
func New(url string, now func() time.Time) *Client {
	return &Client{url: strings.TrimRight(url, "/"), now: now, kept: map[string]kept{},
		http: &http.Client{Timeout: answerTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// ByICO finds the subject of a number of eight digits. Errors: ErrUnknown, ErrUnavailable.
func (c *Client) ByICO(ctx context.Context, ico string) (Subject, error) {
	c.mu.Lock()
	k, ok := c.kept[ico]
	c.mu.Unlock()
	if ok && c.now().Before(k.until) {
		return k.answer()
	}
	s, err := c.ask(ctx, ico)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return Subject{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	k = kept{s, err == nil, c.now().Add(keepFor)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= keepMost {
		clear(c.kept)
	}
	c.kept[ico] = k
	return k.answer()
}

func (k kept) answer() (Subject, error) {
	if !k.known {
		return Subject{}, ErrUnknown
	}
	return k.subject, nil
}

func (c *Client) ask(ctx context.Context, ico string) (Subject, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/ekonomicke-subjekty/"+ico, nil)
	if err != nil {
		return Subject{}, err
	}
	r.Header.Set("Accept", "application/json")
	w, err := c.http.Do(r)
	if err != nil {
		return Subject{}, err
	}
	defer w.Body.Close()
	switch w.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return Subject{}, ErrUnknown
	default:
		return Subject{}, fmt.Errorf("status %d", w.StatusCode)
	}
	var s Subject
	if err := json.NewDecoder(io.LimitReader(w.Body, answerBytes)).Decode(&s); err != nil {
		return Subject{}, err
	}
	if s.ICO != ico || s.Name == "" {
		return Subject{}, errors.New("the answer is about somebody else")
	}
	return s, nil
}
