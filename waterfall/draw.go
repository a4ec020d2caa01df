package waterfall

import (
	"fmt"
	"strings"
	"time"

	"devca/internal/page"
	"devca/trace"
)

// The drawings are 400 units wide, and at most 1.6 times that on the page: a unit
// is a pixel on a telephone, and letters stay readable without being moved.
const (
	width      = 400
	leftEdge   = 76 // the client's line in the ladder; where phases begin
	rightEdge  = 392
	phaseStep  = 26
	messageRow = 40
)

// describe opens a drawing with what it shows, for those who do not see it.
func (b *builder) describe(height int, what string) {
	b.Rawf(`<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n", width, height, page.Escaped(what))
}

// phases draws the parts of the time as bars over one axis.
func (b *builder) phases(c Connection) {
	var end time.Duration
	for _, phase := range c.Phases {
		end = max(end, phase.Start+phase.Took)
	}
	if end == 0 {
		return
	}
	x := func(at time.Duration) float64 {
		return leftEdge + float64(rightEdge-leftEdge)*float64(at)/float64(end)
	}
	b.describe(len(c.Phases)*phaseStep+4, "the phases of the connection: "+phaseText(c.Phases))
	for i, phase := range c.Phases {
		top := i * phaseStep
		from, to := x(phase.Start), x(phase.Start+phase.Took)
		b.Rawf(`<text x="%d" y="%d" class="end">%s</text>`, leftEdge-8, top+17, page.Escaped(phase.Name))
		b.Rawf(`<rect x="%.1f" y="%d" width="%.1f" height="18" rx="2" class="bar"/>`, from, top+4, max(to-from, 1.5))
		label := shortTime(phase.Took)
		// Behind the bar if there is room, else before it.
		const letter = 7
		switch room := float64(len(label)*letter) + 8; {
		case to+room < rightEdge:
			b.Rawf(`<text x="%.1f" y="%d">%s</text>`+"\n", to+5, top+17, label)
		case from-room > leftEdge:
			b.Rawf(`<text x="%.1f" y="%d" class="end">%s</text>`+"\n", from-5, top+17, label)
		default:
			b.Rawf(`<text x="%.1f" y="%d" class="on">%s</text>`+"\n", from+5, top+17, label)
		}
	}
	b.Raw("</svg>\n")
}

func phaseText(phases []Phase) string {
	var words []string
	for _, phase := range phases {
		words = append(words, phase.Name+" "+shortTime(phase.Took))
	}
	return strings.Join(words, ", ")
}

func shortTime(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	const fine, rough = 10, 100
	switch {
	case ms < fine:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < rough:
		return fmt.Sprintf("%.1f ms", ms)
	default:
		return fmt.Sprintf("%.0f ms", ms)
	}
}

// ladder draws the messages as arrows between client and server, one below the
// other; those that came at one time have one time.
func (b *builder) ladder(c Connection) {
	height := len(c.Messages)*messageRow + 40
	b.describe(height, fmt.Sprintf("%d messages between client and server", len(c.Messages)))
	b.Rawf(`<text x="%d" y="14" class="mid who">client</text><text x="%d" y="14" class="mid who">server</text>`+"\n", leftEdge, rightEdge-18)
	b.Rawf(`<line x1="%d" y1="22" x2="%d" y2="%d" class="life"/><line x1="%d" y1="22" x2="%d" y2="%d" class="life"/>`+"\n",
		leftEdge, leftEdge, height-4, rightEdge-18, rightEdge-18, height-4)
	var before string
	for i := range c.Messages {
		m := &c.Messages[i]
		y := 22 + (i+1)*messageRow - 6
		at := shortTime(m.At)
		if at != before {
			b.Rawf(`<text x="%d" y="%d" class="end time">%s</text>`, leftEdge-8, y+4, at)
		}
		before = at
		b.arrow(m, i+1, y)
	}
	b.Raw("</svg>\n")
}

func (b *builder) arrow(m *trace.Message, number, y int) {
	from, to, tip := leftEdge+2, rightEdge-20, -7
	if !m.FromClient {
		from, to, tip = to, from, 7
	}
	class := "arrow"
	if m.Encrypted {
		class += " sealed"
	}
	if m.Step == trace.StepAlert {
		class += " bad"
	}
	b.Rawf(`<g class="%s"><line x1="%d" y1="%d" x2="%d" y2="%d"/><path d="M%d %dl%d -4v8z"/></g>`, class, from, y, to, y, to, y, tip)
	size := fmt.Sprintf("%d B", m.Size)
	if m.Encrypted {
		size += ", encrypted"
	}
	b.Rawf(`<text x="%d" y="%d" class="mid"><tspan class="time">%d</tspan> %s <tspan class="time">%s</tspan></text>`+"\n", (leftEdge+rightEdge-18)/2, y-7, number, page.Escaped(nameOf(m)), size)
}

// nameOf is a message's name in the ladder.
func nameOf(m *trace.Message) string {
	switch body := m.Body.(type) {
	case *trace.Frame:
		return body.TypeName()
	case *trace.Alert:
		return body.String()
	default:
		return string(m.Kind)
	}
}

// series draws distributions over one axis, so that they can be compared.
func (b *builder) series(all []Series, heading string) {
	low, high, any := 0.0, 0.0, false
	for _, s := range all {
		if len(s.Times) == 0 {
			continue
		}
		// Single stragglers must not hide the rest.
		const stragglers = 10
		last := min(s.Times[len(s.Times)-1], stragglers*s.Times[len(s.Times)/2])
		if !any || s.Times[0] < low {
			low = s.Times[0]
		}
		high, any = max(high, last), true
	}
	if !any {
		return
	}
	b.Raw("<section>\n")
	b.Element(heading, "", "Distribution of handshake times")
	for _, s := range all {
		if len(s.Times) > 0 {
			b.distribution(s, low, high)
		}
	}
	b.Raw("</section>\n")
}

const (
	columns      = 40
	columnHeight = 80
)

func (b *builder) distribution(s Series, low, high float64) {
	counts, most := make([]int, columns), 0
	for _, t := range s.Times {
		i := 0
		if high > low {
			i = min(columns-1, int((t-low)/(high-low)*columns))
		}
		counts[i]++
		most = max(most, counts[i])
	}
	median := s.Times[len(s.Times)/2]
	b.Element("p", "", fmt.Sprintf("%s: %d, median %.2f ms, fastest %.2f ms, slowest %.2f ms", s.Name, len(s.Times), median, s.Times[0], s.Times[len(s.Times)-1]))
	b.describe(columnHeight+24, fmt.Sprintf("%s: %d times, median %.2f ms", s.Name, len(s.Times), median))
	const column = (width - 16) / columns
	for i, n := range counts {
		tall := n * columnHeight / most
		b.Rawf(`<rect x="%d" y="%d" width="%d" height="%d" class="bar"/>`, 8+i*column, columnHeight-tall+2, column-1, tall)
	}
	b.Rawf("\n"+`<line x1="8" y1="%d" x2="%d" y2="%d" class="life"/><text x="8" y="%d">%.2f ms</text><text x="%d" y="%d" class="end">%.2f ms</text>`+"\n</svg>\n",
		columnHeight+3, width-8, columnHeight+3, columnHeight+20, low, width-8, columnHeight+20, high)
}
