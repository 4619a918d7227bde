// Package errs holds the kinds of error the whole house speaks. Rooms return them, only handlers know status codes.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what an error means to the person who meets it.
type Kind uint8

const (
	Internal    Kind = iota // a fault of ours; never shown in detail
	NotFound                // absent, or not visible to this person: the two are not told apart
	Invalid                 // the input is wrong; Fields says where
	Forbidden               // known person, not allowed
	Conflict                // somebody else was faster
	Unavailable             // try again later
)

func (k Kind) String() string {
	return [...]string{"internal", "not found", "invalid", "forbidden", "conflict", "unavailable"}[k]
}

// Field is one wrong field of an input: its name in the form and a sentence for the person.
type Field struct{ Name, Message string }

// Error carries a kind, a sentence fit for a visitor (Czech, may be empty), and the cause for the log.
type Error struct {
	Kind    Kind
	Message string
	Fields  []Field
	Cause   error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Message)
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// New makes an error of a kind with a sentence for the visitor.
func New(k Kind, message string) error { return &Error{Kind: k, Message: message} }

// Newf is New with formatting.
func Newf(k Kind, format string, args ...any) error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Wrap gives a cause a kind and a sentence; a nil cause stays nil.
func Wrap(k Kind, cause error, message string) error {
	if cause == nil {
		return nil
	}
	return &Error{Kind: k, Message: message, Cause: cause}
}

// Fields makes an Invalid error that names the wrong fields.
func Fields(fields ...Field) error { return &Error{Kind: Invalid, Fields: fields} }

// KindOf tells the kind of an error, Internal when it is not ours.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is tells whether err is of the kind.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// Message is the sentence for the visitor, empty when there is none.
func Message(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return ""
}

// FieldsOf lists the wrong fields an error names.
func FieldsOf(err error) []Field {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}
