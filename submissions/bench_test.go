package submissions_test

import (
	"sync"
	"sync/atomic"
	"testing"
)

// BenchmarkSend takes submissions of one office in by 32 goroutines: form, routing, journal, log and job included, HTTP
// and flushes not.
func BenchmarkSend(b *testing.B) {
	h := newHouse(b)
	tokens := make([]string, b.N)
	for i := range tokens {
		tokens[i] = h.draft(b, hejnice)
	}
	var next atomic.Int64
	b.ResetTimer()
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
				if _, err := h.Send(b.Context(), tokens[i], 1); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submissions/s")
}
