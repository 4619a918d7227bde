package forms

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Answers are the answers of one form by the names of its fields; see the package comment for the values.
type Answers map[string]any

// UnmarshalJSON reads answers so that whole numbers are int64 and others float64.
func (a *Answers) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var m map[string]any
	if err := d.Decode(&m); err != nil {
		return err
	}
	plain(m)
	*a = m
	return nil
}

// plain turns decoded JSON into the values answers use; maps and lists are changed in place, and only where they must be.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case int:
		return int64(v)
	case map[string]any:
		for k, x := range v {
			if rough(x) {
				v[k] = plain(x)
			}
		}
	case []any:
		for i, x := range v {
			if rough(x) {
				v[i] = plain(x)
			}
		}
	}
	return v
}

// rough tells whether a value may have to be changed.
func rough(v any) bool {
	switch v.(type) {
	case string, bool, nil, int64, float64:
		return false
	}
	return true
}

// Get returns the value at a path such as "stromy.0.druh"; nil when there is none.
func (a Answers) Get(path string) any {
	var v any = map[string]any(a)
	for part := range strings.SplitSeq(path, ".") {
		v = child(v, part)
		if v == nil {
			return nil
		}
	}
	return v
}

// child is the member of a map or the element of a list; nil when there is none.
func child(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[name]
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(v) {
			return v[i]
		}
	}
	return nil
}

// With returns a copy in which the path has the value (nil removes it). The original is not touched: containers on the way are copied.
func (a Answers) With(path string, value any) Answers {
	return Answers(with(map[string]any(a), strings.Split(path, "."), value).(map[string]any))
}

func with(v any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	if v == nil && value == nil {
		return nil
	}
	list, isList := v.([]any)
	if i, err := strconv.Atoi(path[0]); isList || err == nil && v == nil {
		if err != nil || i < 0 || i > len(list) {
			return v
		}
		return withItem(list, i, path[1:], value)
	}
	old, _ := v.(map[string]any)
	fresh := make(map[string]any, len(old)+1)
	for k, x := range old {
		fresh[k] = x
	}
	if x := with(fresh[path[0]], path[1:], value); x == nil {
		delete(fresh, path[0])
	} else {
		fresh[path[0]] = x
	}
	return fresh
}

// withItem changes one item; a list without items is no answer.
func withItem(list []any, i int, path []string, value any) any {
	fresh := append([]any(nil), list...)
	if i == len(list) {
		fresh = append(fresh, nil)
	}
	if fresh[i] = with(fresh[i], path, value); fresh[i] == nil {
		fresh = append(fresh[:i], fresh[i+1:]...)
	}
	if len(fresh) == 0 {
		return nil
	}
	return fresh
}

// Canonical is the one JSON text of these answers: sorted names, no white space.
func (a Answers) Canonical() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any(a)); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
