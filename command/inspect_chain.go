package command

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"devca/inspect"
	"devca/internal/ui"
)

// maxChainLines keeps bundles from being listed twice.
const maxChainLines = 10

// chainLines say how the certificates of an input hang together: first whether
// they are a chain as servers send it, then who signed each of them.
func chainLines(source inspectSource) []string {
	var chain []*inspect.Certificate
	var numbers []int
	for i, item := range source.Items {
		if item.Certificate != nil {
			chain, numbers = append(chain, item.Certificate), append(numbers, i+1)
		}
	}
	if len(chain) == 0 || len(chain) == 1 && source.Server == nil {
		return nil
	}
	lines := []string{"Chain: " + chainVerdict(chain, numbers)}
	if len(chain) == 1 || len(chain) > maxChainLines {
		return lines
	}
	width := 0
	for _, c := range chain {
		width = max(width, utf8.RuneCountInString(ui.Clean(c.ShortName())))
	}
	for i, c := range chain {
		name := ui.Clean(c.ShortName())
		signer := "signed by " + inspect.ShortName(c.Issuer) + ", which is not here"
		switch {
		case c.SelfSigned:
			signer = "signed by itself"
		case c.SignedBy > 0:
			signer = fmt.Sprintf("signed by %d", c.SignedBy)
		}
		lines = append(lines, fmt.Sprintf("  %d  %s%s  %s", numbers[i], name, strings.Repeat(" ", width-utf8.RuneCountInString(name)), signer))
	}
	return lines
}

// chainVerdict compares with what servers are to send: the leaf, then each
// issuer of the one before; the root may be left out (RFC 8446, 4.4.2).
func chainVerdict(chain []*inspect.Certificate, numbers []int) string {
	inOrder, linked := true, false
	for i, c := range chain {
		linked = linked || c.SignedBy > 0
		if i < len(chain)-1 && c.SignedBy != numbers[i+1] {
			inOrder = false
		}
	}
	last := chain[len(chain)-1]
	switch {
	case len(chain) == 1 && last.SelfSigned:
		return "a single certificate, signed by itself"
	case len(chain) == 1:
		return "the leaf alone, without " + inspect.ShortName(last.Issuer) + ", which signed it"
	case inOrder && last.SelfSigned:
		return "in order, with the root, which servers need not send"
	case inOrder:
		return "in order, without the root, as servers send it"
	case !linked:
		return "none, as no certificate here signed another"
	}
	return "not in the order that servers send: the leaf, then the issuer of the one before"
}
