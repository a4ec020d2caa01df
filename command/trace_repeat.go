package command

import (
	"context"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"devca/dial"
	"devca/trace"
)

// maxRepeat bounds --repeat: it is there to see a distribution, not to load a
// server.
const maxRepeat = 1000

// series are the times of many handshakes, in milliseconds, sorted.
type series struct {
	Handshakes int       `json:"handshakes"`
	Failed     int       `json:"failed"`
	Full       []float64 `json:"full_ms"`    // without an earlier session
	Resumed    []float64 `json:"resumed_ms"` // with one; empty: the server does not resume
}

// repeat makes n full handshakes and n with the session of the one before.
func (p *program) repeat(ctx context.Context, w *traceWork, options dial.Options, n int) {
	s := &series{Full: []float64{}, Resumed: []float64{}}
	w.series = s
	quick := *w.options
	quick.handshakeOnly = true
	for i := range n {
		if ctx.Err() != nil {
			return
		}
		if p.streams.ErrTTY && !p.json {
			fmt.Fprintf(p.streams.Err, "\r%d of %d", i+1, n)
		}
		cache := tls.NewLRUClientSessionCache(1)
		for range 2 {
			t, err := quick.follow(ctx, options, cache, new(trace.KeyLog))
			s.Handshakes++
			switch {
			case err != nil || t.failure != nil:
				s.Failed++
			case t.state.DidResume:
				s.Resumed = append(s.Resumed, milliseconds(t.took))
			default:
				s.Full = append(s.Full, milliseconds(t.took))
			}
		}
	}
	if p.streams.ErrTTY && !p.json {
		fmt.Fprint(p.streams.Err, "\r\x1b[K")
	}
	slices.Sort(s.Full)
	slices.Sort(s.Resumed)
}

// quantile of a sorted series.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// showSeries prints the distribution of the times as a plot of characters.
func (p *program) showSeries(s *series) {
	p.say("")
	p.say("%d handshakes, %d failed", s.Handshakes, s.Failed)
	for _, part := range []struct {
		name  string
		times []float64
	}{{"full", s.Full}, {"resumed", s.Resumed}} {
		if len(part.times) == 0 {
			p.paragraph(part.name, "none")
			continue
		}
		const median, most = 0.5, 0.95
		p.paragraph(part.name, fmt.Sprintf("%d, fastest %s, median %s, 95 of 100 within %s, slowest %s", len(part.times),
			inMilliseconds(part.times[0]), inMilliseconds(quantile(part.times, median)), inMilliseconds(quantile(part.times, most)),
			inMilliseconds(part.times[len(part.times)-1])))
		for _, bar := range histogram(part.times) {
			p.say("%*s  %-*s %d", indent+10, inMilliseconds(bar.from), barWidth, strings.Repeat("#", bar.length), bar.count)
		}
	}
}

// bar is one line of a histogram: the times from one on, below the next bar's.
type bar struct {
	from   float64
	count  int
	length int // in characters, at most barWidth
}

const (
	bars     = 10
	barWidth = 40
)

// histogram spreads sorted times over bars of equal width. What is slower than
// twenty medians goes into the last one, so that a single straggler does not hide
// the rest.
func histogram(sorted []float64) []bar {
	const stragglers, median = 20, 0.5
	low, high := sorted[0], min(sorted[len(sorted)-1], stragglers*quantile(sorted, median))
	step := (high - low) / bars
	if step <= 0 {
		return []bar{{from: low, count: len(sorted), length: barWidth}}
	}
	out := make([]bar, bars)
	most := 0
	for i := range out {
		out[i].from = low + float64(i)*step
	}
	for _, t := range sorted {
		i := min(bars-1, int((t-low)/step))
		out[i].count++
		most = max(most, out[i].count)
	}
	for i := range out {
		out[i].length = (out[i].count*barWidth + most - 1) / most
	}
	return out
}
