package command

import (
	"fmt"
	"runtime/debug"
	"time"

	"devca/internal/ui"
)

// progress is one line on a terminal that says how far long work is. Elsewhere
// it says nothing.
type progress struct {
	streams *ui.Streams
	what    string
	started time.Time
	shown   time.Time
	visible bool
}

func newProgress(streams *ui.Streams, what string) *progress {
	return &progress{streams: streams, what: what, started: time.Now()}
}

// show rewrites the line, ten times a second at most.
func (p *progress) show(count int) {
	now := time.Now()
	if _, quiet := p.streams.Err.(quietWriter); quiet || !p.streams.ErrTTY || now.Sub(p.shown) < 100*time.Millisecond {
		return
	}
	p.shown, p.visible = now, true
	rate := float64(count) / now.Sub(p.started).Seconds()
	fmt.Fprintf(p.streams.Err, "\r\x1b[K%d %s, %.0f a second", count, p.what, rate)
}

// clear takes the line away before anything else is printed.
func (p *progress) clear() {
	if p.visible {
		fmt.Fprint(p.streams.Err, "\r\x1b[K")
		p.visible = false
	}
}

// collectLater spares work that goes through many certificates most of its
// garbage collections, for some tens of megabytes of memory.
func collectLater() { debug.SetGCPercent(800) }
