// Package mail holds the two shapes of every e-mail: plain text and simple HTML without anything remote. They are not
// pages of the site, so they are no part of its template engine.
package mail

import "embed"

// FS holds message.gotxt and message.gohtml; both are executed with a notify message.
//
//go:embed message.gotxt message.gohtml
var FS embed.FS
