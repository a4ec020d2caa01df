package command

import (
	"context"
	"fmt"
	"net"
	"strings"

	"devca/dial"
	"devca/scan"
	"devca/tlsparams"
)

// enumerate asks what else the server would accept.
func (p *program) enumerate(ctx context.Context, w *traceWork, options dial.Options) error {
	o := w.options
	open := func(ctx context.Context) (net.Conn, error) { return dial.Open(ctx, o.target, options) }
	ask := scan.Options{ServerName: o.target.Name(), Probe: o.timeout}
	if o.target.Protocol.Name != "https" {
		ask.ALPN = []string{}
	}
	if p.streams.ErrTTY && !p.json {
		ask.Progress = func(done int) { fmt.Fprintf(p.streams.Err, "\r%d connections", done) }
		defer fmt.Fprint(p.streams.Err, "\r\x1b[K")
	}
	result, err := scan.Enumerate(ctx, open, ask)
	if err != nil {
		return dial.Explain(ctx, o.target, err)
	}
	w.accepts = result
	return nil
}

// showAccepts prints what the server accepts, a version at a time.
func (p *program) showAccepts(result *scan.Result) {
	p.say("")
	p.say("accepts (%d connections in %s)", result.Probes, inMilliseconds(milliseconds(result.Duration)))
	for _, version := range result.Versions {
		if !version.Accepted {
			text := "no"
			if version.Refusal != nil {
				text += ": " + tlsparams.AlertName(*version.Refusal)
			}
			p.paragraph(version.Name, text)
			continue
		}
		p.paragraph(version.Name, orderWords(version.SuiteOrder, "suites"))
		for _, suite := range version.Suites {
			p.say("%-*s%-6s %s", indent, "", suite.Strength, suite.Name)
		}
		var groups []string
		for _, group := range version.Groups {
			groups = append(groups, group.Name)
		}
		if len(groups) > 0 {
			p.paragraph("", "groups: "+strings.Join(groups, ", ")+" ("+orderWords(version.GroupOrder, "groups")+")")
		}
		if version.GroupsHidden != "" {
			p.paragraph("", version.GroupsHidden)
		}
	}
	for _, certificate := range result.Certificates {
		p.paragraph("Kind", "a certificate with a key of kind "+certificate.Kind+" ("+strings.Join(certificate.Versions, ", ")+")")
	}
	if len(result.ALPN) > 0 {
		p.paragraph("ALPN", strings.Join(result.ALPN, ", "))
	}
	p.paragraph("Says", strings.Join(featureWords(result.Features), ", "))
	if result.Incomplete != "" {
		p.paragraph("Note", "not everything could be asked: "+result.Incomplete)
	}
}

func orderWords(order scan.Order, of string) string {
	if order == "" {
		return "one of the " + of
	}
	return "in the " + string(order) + "'s order"
}

func featureWords(f scan.Features) []string {
	var words []string
	for _, feature := range []struct {
		name string
		has  *bool
	}{
		{"secure renegotiation", f.SecureRenegotiation},
		{"extended master secret", f.ExtendedMaster},
		{"encrypt-then-MAC", f.EncryptThenMAC},
		{"session tickets", f.Tickets},
		{"compression", f.Compression},
		{"heartbeat", f.Heartbeat},
		{"fallback protection", f.FallbackSCSV},
	} {
		switch {
		case feature.has == nil:
		case *feature.has:
			words = append(words, feature.name)
		default:
			words = append(words, "no "+feature.name)
		}
	}
	if len(words) == 0 {
		words = []string{"nothing about extensions of TLS 1.2"}
	}
	return words
}
