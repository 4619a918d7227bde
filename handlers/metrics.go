package handlers

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// took counts requests by route pattern, never by path: paths hold references of citizens and their number has no end.
var took = promauto.NewHistogramVec(prometheus.HistogramOpts{
	Name: "epom_request_seconds", Help: "Time to answer a request, by route pattern.",
	Buckets: []float64{.001, .005, .02, .1, .5, 2, 10},
}, []string{"method", "route", "status"})

// kept counts pages sent as they were rendered before; their times would say nothing.
var kept = promauto.NewCounter(prometheus.CounterOpts{Name: "epom_kept_pages_total", Help: "Public pages sent from memory."})

func measure(c *fiber.Ctx, since time.Time) {
	took.WithLabelValues(c.Method(), c.Route().Path, strconv.Itoa(c.Response().StatusCode()/100)+"xx").Observe(time.Since(since).Seconds())
}
