package ca

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"devca/certs"
	"devca/diag"
	"devca/internal/publicsuffix"
)

// defaultPermitted are the DNS subtrees that a CA made here may sign for: names
// that are reserved for private use or documentation (RFC 6761, RFC 2606, RFC
// 6762, RFC 8375, ICANN's "internal") and "lan", which home routers use.
func defaultPermitted() []string {
	return []string{
		"localhost", "test", "local", "internal", "lan", "home.arpa",
		"example", "invalid", "example.com", "example.net", "example.org",
	}
}

// permitted gives the default subtrees and those asked for, which may be written
// as wildcards. A public suffix is refused: its whole subtree is other people's.
func permitted(more []string) ([]string, error) {
	subtrees := defaultPermitted()
	for _, text := range more {
		names, err := certs.ParseNames([]string{strings.TrimPrefix(text, "*.")}, true)
		if err != nil {
			return nil, err
		}
		if len(names.DNS) != 1 {
			return nil, diag.New(diag.CAPermit, strconv.Quote(text)+" is not a DNS name").
				Because("only DNS names are constrained; private IP addresses are always permitted").
				Fix("name a domain", "devca ca rotate --permit corp.example")
		}
		name := names.DNS[0]
		if publicsuffix.Is(name) {
			return nil, diag.New(diag.CAPermit, strconv.Quote(name)+" is a public suffix").
				Because("a root that may sign for all of it endangers every site below it, should its key be stolen").
				Fix("permit your own name below it", diag.CommandLine("devca", "ca", "rotate", "--permit", "yourname."+name)).
				Fix("or permit everything", "devca ca rotate --unconstrained")
		}
		if !within(name, subtrees) {
			subtrees = append(subtrees, name)
		}
	}
	return subtrees, nil
}

// within tells whether a DNS name, possibly a wildcard, lies in one of the
// subtrees (RFC 5280, 4.2.1.10: labels added on the left satisfy the constraint).
func within(name string, subtrees []string) bool {
	name = strings.TrimPrefix(name, "*.")
	return slices.ContainsFunc(subtrees, func(subtree string) bool {
		if strings.HasPrefix(subtree, ".") {
			return strings.HasSuffix(name, subtree)
		}
		return name == subtree || strings.HasSuffix(name, "."+subtree)
	})
}

// checkNames refuses names that the chain's constraints exclude, and public IP
// addresses unless forced.
func (a *Authority) checkNames(names certs.Names, force bool) error {
	for _, name := range names.DNS {
		if !a.Permits(name) {
			return notPermitted(name, a)
		}
	}
	for _, addr := range names.IP {
		if !private(addr) && !force {
			return diag.New(diag.NamePublicIP, addr.String()+" is an address of the public Internet").
				Because("a local CA has no business there, and a stolen certificate would work against everybody who trusts this root").
				Fix("use an address of this machine or network", "devca issue 127.0.0.1 ::1").
				Fix("or insist", diag.CommandLine("devca", "issue", "--force", addr.String()))
		}
	}
	return nil
}

func notPermitted(name string, a *Authority) error {
	base := publicsuffix.Registrable(strings.TrimPrefix(name, "*."))
	return diag.New(diag.NameNotPermitted, fmt.Sprintf("the CA may not sign for %s", name)).
		Because("its certificates permit only "+summarise(a.permittedNames(), 4)+", so that a stolen key cannot imitate the Internet").
		Fix("make a new root that permits it, have it trusted and re-issue everything", diag.CommandLine("devca", "ca", "rotate", "--permit", base)).
		Fix("or use a name that is permitted already", diag.CommandLine("devca", "issue", firstLabel(name)+".test"))
}

func firstLabel(name string) string {
	label, _, _ := strings.Cut(strings.TrimPrefix(name, "*."), ".")
	return label
}

// private tells whether an address is of this machine, this network or documentation.
func private(addr netip.Addr) bool {
	if addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast() || addr.IsUnspecified() {
		return true
	}
	return slices.ContainsFunc(specialBlocks(), func(block netip.Prefix) bool { return block.Contains(addr) })
}

// specialBlocks are never routed on the Internet (RFC 6598, RFC 5737, RFC 2544, RFC 3849).
func specialBlocks() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("100.64.0.0/10"),
		netip.MustParsePrefix("192.0.2.0/24"),
		netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"),
		netip.MustParsePrefix("198.18.0.0/15"),
		netip.MustParsePrefix("2001:db8::/32"),
	}
}

// summarise lists the first names and counts the rest: "localhost, test and 9 more".
func summarise(names []string, show int) string {
	if len(names) == 0 {
		return "every name"
	}
	if len(names) <= show {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:show], ", "), len(names)-show)
}

// BeyondDefault gives those of the names that a new CA must be told to permit,
// each once, without the ones that cannot be permitted at all.
func BeyondDefault(names []string) []string {
	subtrees := defaultPermitted()
	var more []string
	for _, name := range names {
		name = strings.TrimPrefix(name, "*.")
		if !within(name, subtrees) && !publicsuffix.Is(name) {
			subtrees = append(subtrees, name)
			more = append(more, name)
		}
	}
	return more
}
