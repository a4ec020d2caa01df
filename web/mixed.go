package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Kind is what browsers do with something that a page gets without TLS.
type Kind string

// The kinds (W3C Mixed Content Level 2, 3).
const (
	Blocked  Kind = "blocked"  // not loaded
	Upgraded Kind = "upgraded" // asked for with https instead, and missing if that fails
	Form     Kind = "form"     // what a person fills in would be sent in the clear; browsers warn
	Leaves   Kind = "leaves"   // the page sends the visitor on to http by itself
)

// Mixed is a place in a page of https that names something of http.
type Mixed struct {
	URL       string `json:"url"`
	Element   string `json:"element"`
	Attribute string `json:"attribute"` // empty: the element's text
	Kind      Kind   `json:"kind"`
}

// MaxMixed bounds what MixedContent finds.
const MaxMixed = 200

// maxURL bounds an address; longer ones are not looked at.
const maxURL = 4096

// MixedContent finds what the page at base, which is of https, gets from http. It
// looks at the HTML as it was sent: what scripts load is not seen, nor what
// stylesheets of their own name. The header says whether it is HTML, and may have
// the browser upgrade everything (CSP: upgrade-insecure-requests). Addresses of
// this machine are as good as https (W3C Secure Contexts, 3.1) and not mixed.
func MixedContent(base *url.URL, header http.Header, body []byte) []Mixed {
	kind := header.Get("Content-Type")
	if kind == "" {
		kind = http.DetectContentType(body)
	}
	if base == nil || base.Scheme != "https" || !isHTML(kind) {
		return nil
	}
	p := &page{base: base, address: base}
	for _, policy := range header.Values("Content-Security-Policy") {
		p.upgrade = p.upgrade || upgrades(policy)
	}
	for t := range tags(body) {
		if t.end {
			p.end(t.name)
		} else {
			p.start(t)
		}
		if len(p.found) >= MaxMixed {
			break
		}
	}
	return p.found
}

func isHTML(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "text/html" || kind == "application/xhtml+xml"
}

func upgrades(policy string) bool {
	for directive := range strings.FieldsFuncSeq(policy, func(r rune) bool { return r == ';' || r == ',' }) {
		name, _, _ := strings.Cut(strings.TrimSpace(directive), " ")
		if strings.EqualFold(name, "upgrade-insecure-requests") {
			return true
		}
	}
	return false
}

// page is a page while it is read.
type page struct {
	address *url.URL // of the page itself
	base    *url.URL // to which its references are relative
	based   bool     // the first <base href> counts (HTML, 4.2.3)
	upgrade bool     // by Content-Security-Policy
	inert   int      // how many <template>s this is in: what they have is not loaded
	picture int      // how many <picture>s
	found   []Mixed
}

func (p *page) end(name string) {
	switch {
	case name == "template" && p.inert > 0:
		p.inert--
	case name == "picture" && p.picture > 0:
		p.picture--
	}
}

func (p *page) start(t tag) {
	if t.name == "template" {
		p.inert++
	}
	if p.inert > 0 {
		return
	}
	element, a := t.name, t.attributes
	switch element {
	case "base":
		p.setBase(a)
	case "picture":
		p.picture++
	case "style":
		p.css(element, "", t.text)
	case "meta":
		p.meta(a)
	case "link":
		p.link(a)
	case "img", "source":
		p.image(element, a)
	case "input":
		if strings.EqualFold(a["type"], "image") {
			p.note(element, "src", a["src"], Upgraded)
		}
		p.note(element, "formaction", a["formaction"], Form)
	case "use":
		p.note(element, "href", a["href"], Blocked)
		p.note(element, "xlink:href", a["xlink:href"], Blocked)
	case "image":
		p.note(element, "href", a["href"], Upgraded)
		p.note(element, "xlink:href", a["xlink:href"], Upgraded)
	default:
		for _, r := range references(element) {
			p.note(element, r.attribute, a[r.attribute], r.kind)
		}
	}
	if style := a["style"]; style != "" {
		p.css(element, "style", style)
	}
}

type reference struct {
	attribute string
	kind      Kind
}

// references are the attributes of an element whose address the browser gets
// (HTML, 4.8; Mixed Content 2, 3.1: images, audio and video are upgraded, all else
// is blocked).
func references(element string) []reference {
	switch element {
	case "script", "iframe", "frame", "embed", "track":
		return []reference{{"src", Blocked}}
	case "object":
		return []reference{{"data", Blocked}}
	case "audio":
		return []reference{{"src", Upgraded}}
	case "video":
		return []reference{{"src", Upgraded}, {"poster", Upgraded}}
	case "body", "table", "td", "th":
		return []reference{{"background", Upgraded}}
	case "form":
		return []reference{{"action", Form}}
	case "button":
		return []reference{{"formaction", Form}}
	}
	return nil
}

func (p *page) setBase(a attributes) {
	href, has := a["href"]
	if !has || p.based || len(href) > maxURL {
		return
	}
	p.based = true
	if base, ok := p.resolve(href); ok && (base.Scheme == "http" || base.Scheme == "https") {
		p.base = base
	}
}

func (p *page) meta(a attributes) {
	switch strings.ToLower(strings.TrimSpace(a["http-equiv"])) {
	case "content-security-policy":
		p.upgrade = p.upgrade || upgrades(a["content"])
	case "refresh":
		// HTML, 4.2.5.3: seconds, then ; or , and the address, with url= or not.
		separator := strings.IndexAny(a["content"], ";,")
		if separator < 0 {
			return
		}
		rest := strings.TrimSpace(a["content"][separator+1:])
		if len(rest) > 3 && strings.EqualFold(rest[:3], "url") {
			if after, found := strings.CutPrefix(strings.TrimSpace(rest[3:]), "="); found {
				rest = strings.Trim(strings.TrimSpace(after), `"'`)
			}
		}
		p.note("meta", "content", rest, Leaves)
	}
}

func (p *page) link(a attributes) {
	kind := Kind("")
	for rel := range strings.FieldsSeq(strings.ToLower(a["rel"])) {
		switch rel {
		case "stylesheet", "modulepreload", "manifest", "prefetch", "prerender":
			kind = Blocked
		case "icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon":
			if kind == "" {
				kind = Upgraded
			}
		case "preload":
			kind = Blocked
			switch strings.ToLower(a["as"]) {
			case "image", "audio", "video":
				kind = Upgraded
			}
		}
	}
	if kind != "" {
		p.note("link", "href", a["href"], kind)
		p.srcset("link", "imagesrcset", a["imagesrcset"])
	}
}

// image is of <img> and <source>. Of what a browser chooses from several, nothing
// is upgraded (Mixed Content 2, 3.1: the initiator is imageset).
func (p *page) image(element string, a attributes) {
	kind := Upgraded
	if element == "img" && (p.picture > 0 || strings.TrimSpace(a["srcset"]) != "") {
		kind = Blocked
	}
	p.note(element, "src", a["src"], kind)
	p.srcset(element, "srcset", a["srcset"])
}

// srcset has addresses, each followed by white space and what it is for, or a
// comma (HTML, 4.8.4.2.1).
func (p *page) srcset(element, attribute, value string) {
	for value != "" && len(p.found) < MaxMixed {
		value = strings.TrimLeft(value, spaces+",")
		end := strings.IndexAny(value, spaces)
		if end < 0 {
			end = len(value)
		}
		address := value[:end]
		value = value[end:]
		if bare := strings.TrimRight(address, ","); bare != address {
			address = bare
		} else if comma := strings.IndexByte(value, ','); comma >= 0 {
			value = value[comma:]
		} else {
			value = ""
		}
		p.note(element, attribute, address, Blocked)
	}
}

// css finds addresses in a stylesheet: pictures are upgraded; fonts and other
// stylesheets are blocked.
func (p *page) css(element, attribute, text string) {
	text = withoutComments(text)
	lower := lower(text)
	next := func(at int, word string) int {
		if found := strings.Index(lower[at:], word); found >= 0 {
			return at + found
		}
		return len(lower)
	}
	url, imports := next(0, "url("), next(0, "@import")
	for min(url, imports) < len(lower) && len(p.found) < MaxMixed {
		if imports < url {
			rest := strings.TrimLeft(text[imports+len("@import"):], spaces)
			if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
				p.note(element, attribute, untilQuote(rest), Blocked)
			}
			imports = next(imports+1, "@import")
			continue
		}
		address := insideURL(text[url+len("url("):])
		p.note(element, attribute, address, cssKind(lower[:url]))
		url = next(url+len("url(")+len(address), "url(")
	}
}

// cssKind says what an address is for, by the words before it.
func cssKind(before string) Kind {
	const longest = 256 // of a declaration; data: addresses may be longer
	if len(before) > longest {
		before = before[len(before)-longest:]
	}
	declaration := strings.TrimSpace(before[strings.LastIndexAny(before, ";{}")+1:])
	if strings.HasPrefix(declaration, "@import") || strings.HasPrefix(declaration, "src") {
		return Blocked
	}
	return Upgraded
}

// insideURL is the address of url(…), in quotes or not.
func insideURL(text string) string {
	text = strings.TrimLeft(text[:min(len(text), maxURL)], spaces)
	if text != "" && (text[0] == '"' || text[0] == '\'') {
		return untilQuote(text)
	}
	address, _, _ := strings.Cut(text, ")")
	return strings.TrimSpace(address)
}

// untilQuote is what is between the quote at the beginning and the next.
func untilQuote(text string) string {
	address, _, _ := strings.Cut(text[1:min(len(text), maxURL)], text[:1])
	return address
}

func withoutComments(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "/*")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, text, _ = strings.Cut(rest, "*/")
	}
}

// resolve makes an address absolute, as a browser reads it (WHATWG URL, 4.4).
func (p *page) resolve(address string) (*url.URL, bool) {
	address = strings.Map(func(r rune) rune {
		switch r {
		case '\t', '\n', '\r':
			return -1
		case '\\':
			return '/'
		}
		return r
	}, strings.TrimSpace(address))
	if address == "" {
		return nil, false
	}
	absolute, err := p.base.Parse(address)
	if err != nil || absolute.Host == "" {
		return nil, false
	}
	return absolute, true
}

// note keeps an address if it is one of http.
func (p *page) note(element, attribute, address string, kind Kind) {
	if address == "" || len(address) > maxURL || len(p.found) >= MaxMixed {
		return
	}
	absolute, ok := p.resolve(address)
	if !ok || absolute.Scheme != "http" || isLocal(absolute.Hostname()) {
		return
	}
	_, err := netip.ParseAddr(absolute.Hostname())
	switch {
	case p.upgrade && (kind != Leaves || absolute.Hostname() == p.address.Hostname()):
		kind = Upgraded // W3C Upgrade Insecure Requests, 3.2
	case kind == Upgraded && err == nil:
		kind = Blocked // addresses are not upgraded (Mixed Content 2, 4.1)
	}
	p.found = append(p.found, Mixed{URL: absolute.String(), Element: element, Attribute: attribute, Kind: kind})
}

// isLocal says whether a host is this machine (W3C Secure Contexts, 3.1).
func isLocal(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
