package command

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"devca/diag"
	"devca/internal/ui"
	"devca/observe"
	"devca/tlsparams"
)

// observedStart is the first line of observe --json.
type observedStart struct {
	Event   string `json:"event"` // listening
	Address string `json:"address"`
	To      string `json:"to,omitempty"`
	Tap     bool   `json:"tap"`
}

// observedVisit is one line of observe --json: one client's connection.
type observedVisit struct {
	Event      string          `json:"event"` // connection
	Number     int             `json:"number"`
	Time       time.Time       `json:"time"`
	Client     string          `json:"client"` // address and port
	LooksLike  observe.Program `json:"looks_like,omitempty"`
	ServerName string          `json:"server_name,omitempty"`
	Outcome    observe.Outcome `json:"outcome"`
	Version    string          `json:"version,omitempty"`
	Suite      string          `json:"cipher_suite,omitempty"`
	Group      string          `json:"group,omitempty"`
	ALPN       []string        `json:"alpn_offered,omitempty"`
	Resumed    bool            `json:"resumed"`
	Finished   bool            `json:"handshake_finished"`
	Handshake  float64         `json:"handshake_ms"`
	Messages   []tracedMessage `json:"messages"`
	Problems   []string        `json:"problems,omitempty"`
	Finding    *diag.Finding   `json:"finding"` // null: nothing kept the client away
}

// line prints one line of JSON, for programs that read lines as they come.
func (p *program) line(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.streams.Out, "%s\n", text)
	return err
}

func describeVisit(v *observe.Visit, raw bool) observedVisit {
	t := v.Transcript
	described := observedVisit{
		Event: "connection", Number: v.Number, Time: v.Start.UTC(), Client: v.Remote, LooksLike: v.Program, Outcome: v.Outcome(),
		Version: t.VersionName(), Resumed: t.Resumed, Finished: t.Finished(), Handshake: milliseconds(t.Duration()),
		Messages: describeMessages(t, raw), Problems: t.Problems,
	}
	if hello := t.ClientHello(); hello != nil {
		described.ServerName, described.ALPN = hello.ServerName, hello.ALPN
	}
	if t.CipherSuite != 0 {
		described.Suite = tlsparams.Suite(t.CipherSuite).Name
	}
	if t.Group != 0 {
		described.Group = tlsparams.Group(t.Group).Name
	}
	if v.Failure != nil {
		finding := findingWithCause(v.Failure)
		described.Finding = &finding
	}
	return described
}

// showVisit prints one connection.
func (p *program) showVisit(v *observe.Visit, o *observing) {
	p.say("%s", ui.Clean(visitTitle(v)))
	if !o.brief {
		p.showMessages(v.Transcript, o.raw)
		for _, problem := range v.Transcript.Problems {
			p.paragraph("Problem", problem)
		}
	}
	if v.Failure != nil {
		p.showFinding(findingWithCause(v.Failure), "")
	}
	if !o.brief || v.Failure != nil {
		p.say("")
	}
}

// visitTitle is a connection in one line.
func visitTitle(v *observe.Visit) string {
	t := v.Transcript
	words := []string{fmt.Sprintf("#%d %s %s", v.Number, v.Start.Format(time.TimeOnly), v.Remote)}
	if hello := t.ClientHello(); hello != nil {
		name := "no name"
		if hello.ServerName != "" {
			name = hello.ServerName
		}
		words = append(words, "asks for "+name)
	}
	if v.Program != observe.Unknown {
		words = append(words, "looks like "+string(v.Program))
	}
	words = append(words, outcomeWords(v.Outcome()))
	if t.Version != 0 {
		words = append(words, t.VersionName())
	}
	if t.Resumed {
		words = append(words, "resumed")
	}
	return strings.Join(words, ", ")
}

func outcomeWords(outcome observe.Outcome) string {
	switch outcome {
	case observe.Served:
		return "served"
	case observe.Idle:
		return "connected, and silent since"
	case observe.Refused:
		return "the client refused"
	case observe.Left:
		return "the client left"
	default:
		return "failed"
	}
}
