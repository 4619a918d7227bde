package db

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"sync"
)

// Queries are the named statements of one room.
type Queries map[string]string

var (
	loadedMu sync.Mutex
	loaded   = map[string]Queries{}
	named    = regexp.MustCompile(`(?m)^-- name:\s*([a-z0-9-]+)\s*$`)
	comment  = regexp.MustCompile(`(?m)^\s*--.*$`)
)

// Load reads a room's .sql file: each statement stands under "-- name: create-record"; other comment lines are dropped.
// It panics on a file that is not of this form, at start.
func Load(room, text string) Queries {
	q := Queries{}
	at := named.FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		name := text[m[2]:m[3]]
		body := strings.TrimSpace(comment.ReplaceAllString(text[m[1]:end], ""))
		if _, twice := q[name]; twice || body == "" {
			panic(fmt.Sprintf("db: %s.sql: query %q is empty or stands twice", room, name))
		}
		q[name] = strings.TrimSuffix(body, ";")
	}
	loadedMu.Lock()
	defer loadedMu.Unlock()
	if _, twice := loaded[room]; twice {
		panic("db: queries of room " + room + " loaded twice")
	}
	loaded[room] = q
	return q
}

// Get returns a statement; an unknown name is a fault of the program and panics.
func (q Queries) Get(name string) string {
	s, ok := q[name]
	if !ok {
		panic("db: no query " + name)
	}
	return s
}

// Loaded lists every statement of every room as "room/name", so that a test can prepare them all.
func Loaded() (names []string, text map[string]string) {
	loadedMu.Lock()
	defer loadedMu.Unlock()
	text = map[string]string{}
	for room, q := range loaded {
		for n, s := range q {
			names = append(names, room+"/"+n)
			text[room+"/"+n] = s
		}
	}
	sort.Strings(names)
	return names, text
}
