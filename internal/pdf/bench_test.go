package pdf

import "testing"

// BenchmarkFivePages is the cost of a document of five pages and more, of every kind of part.
func BenchmarkFivePages(b *testing.B) {
	for b.Loop() {
		mustBytes(b, fivePages())
	}
}
