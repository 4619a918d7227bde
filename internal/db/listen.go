package db

import (
	"context"
	"log/slog"
	"time"

	"github.com/lib/pq"
)

// Listen waits for notifications on a direct connection and hands each to fn, until ctx ends. After a lost connection
// fn is called for every channel with an empty payload: something may have been missed. hears is told when listening
// begins, breaks off and goes on, so that nothing is kept that a missed notification would have changed.
func (d *DB) Listen(ctx context.Context, log *slog.Logger, channels []string, fn func(channel, payload string), hears func(bool)) error {
	l := pq.NewListener(d.dsn, 50*time.Millisecond, 5*time.Second, func(e pq.ListenerEventType, err error) {
		if err != nil {
			log.Warn("listening interrupted", "err", err)
		}
		switch e {
		case pq.ListenerEventDisconnected:
			hears(false)
		case pq.ListenerEventReconnected:
			hears(true)
		}
	})
	defer l.Close()
	for _, c := range channels {
		if err := l.Listen(c); err != nil {
			return Classify(err)
		}
	}
	hears(true)
	defer hears(false)
	alive := time.NewTicker(time.Minute)
	defer alive.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case n := <-l.Notify:
			if n != nil {
				fn(n.Channel, n.Extra)
				continue
			}
			for _, c := range channels {
				fn(c, "")
			}
		case <-alive.C:
			_ = l.Ping()
		}
	}
}
