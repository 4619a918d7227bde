package submissions

import (
	"context"
	"sync"
	"sync/atomic"

	"epom/internal/db"
)

// combiner does together what waits at the same moment: one question to the database for many callers, and no waiting
// when there is only one. do answers for each input in order, or fails for all of them.
type combiner[In, Out any] struct {
	do      func([]In) ([]Out, error)
	queue   chan *call[In, Out]
	waiting atomic.Int64
	done    sync.WaitGroup
}

type call[In, Out any] struct {
	in   In
	out  Out
	err  error
	done chan struct{}
}

// maxBatch bounds how many calls are done together.
const maxBatch = 128

// lanes is how many batches may be on their way at once: with two, one is made while the other waits for the disk.
func newCombiner[In, Out any](lanes int, do func([]In) ([]Out, error)) *combiner[In, Out] {
	c := &combiner[In, Out]{do: do, queue: make(chan *call[In, Out], 4096)}
	for range lanes {
		c.done.Go(c.run)
	}
	return c
}

// close ends the combiner when what waits is done; nothing may be asked of it afterwards.
func (c *combiner[In, Out]) close() { close(c.queue); c.done.Wait() }

// ask hands an input over and waits. When ctx ends first it may still be done.
func (c *combiner[In, Out]) ask(ctx context.Context, in In) (Out, error) {
	w := &call[In, Out]{in: in, done: make(chan struct{})}
	c.waiting.Add(1)
	defer c.waiting.Add(-1)
	var none Out
	select {
	case c.queue <- w:
	case <-ctx.Done():
		return none, db.Classify(ctx.Err())
	}
	select {
	case <-w.done:
		return w.out, w.err
	case <-ctx.Done():
		return none, db.Classify(ctx.Err())
	}
}

func (c *combiner[In, Out]) run() {
	for first := range c.queue {
		batch := append(make([]*call[In, Out], 0, maxBatch), first)
		for len(batch) < maxBatch {
			select {
			case w, open := <-c.queue:
				if open {
					batch = append(batch, w)
					continue
				}
			default:
			}
			break
		}
		ins := make([]In, len(batch))
		for i, w := range batch {
			ins[i] = w.in
		}
		outs, err := c.do(ins)
		for i, w := range batch {
			if w.err = err; err == nil {
				w.out = outs[i]
			}
			close(w.done)
		}
	}
}
