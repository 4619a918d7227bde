package pdf

import (
	"testing"
	"time"
)

// BenchmarkFivePages makes a document of more than five pages with every kind of part. Beside the time it prints how
// much of the 50 ms that such a document may take were used.
func BenchmarkFivePages(b *testing.B) {
	const limit = 50 * time.Millisecond
	for b.Loop() {
		mustBytes(b, fivePages())
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(limit), "of-limit")
}
