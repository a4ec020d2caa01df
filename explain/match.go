package explain

import (
	"bytes"
	"cmp"
	"net/url"
	"slices"
	"sync"
)

// leadSymbols are the leads, the longest first.
var leadSymbols = sync.OnceValue(func() []leadIn {
	var all []leadIn
	for _, l := range leads {
		symbols := slices.DeleteFunc(symbolsOf(l.text), func(c byte) bool { return c >= '0' && c <= '9' })
		all = append(all, leadIn{symbols, l.client})
	}
	slices.SortStableFunc(all, func(a, b leadIn) int { return cmp.Compare(len(b.symbols), len(a.symbols)) })
	return all
})

type leadIn struct {
	symbols []byte
	client  string
}

// matches makes failures of what was found: the same one once, what only repeats
// another one below it, the most telling first.
func (r *reader) matches() []Match {
	slices.SortStableFunc(r.clues, func(a, b clue) int { return cmp.Compare(a.from, b.from) })
	type failure struct {
		entry  int
		client string
	}
	seen := map[failure]int{} // the place in all
	var all []Match
	for _, f := range r.outermost() {
		client, _ := r.who(f)
		one := failure{f.entry, client}
		if i, again := seen[one]; again {
			all[i].Times++
		} else if len(all) < 200 {
			seen[one] = len(all)
			all = append(all, r.match(f, client))
		}
	}
	slices.SortStableFunc(all, func(a, b Match) int {
		own := cmp.Compare(depthTo(a.Client.Name, a.Entry.Client), depthTo(b.Client.Name, b.Entry.Client)) // a client's own words tell more than its library's
		if a.Client.Name != b.Client.Name || a.Cause != b.Cause {
			own = 0
		}
		return cmp.Or(cmp.Compare(a.weight, b.weight), own, cmp.Compare(a.at, b.at))
	})
	return absorb(all)
}

// outermost leaves out what lies within another message, and settles which client
// means it where several have the same words.
func (r *reader) outermost() []found {
	slices.SortStableFunc(r.found, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	var kept []found
	for _, f := range r.found {
		i := len(kept) - 1
		if i < 0 || f.from >= kept[i].to {
			kept = append(kept, f)
			continue
		}
		last := kept[i]
		if f.entry != last.entry && r.better(f, last) {
			kept[i] = f
		}
	}
	return kept
}

// better says whether of two that overlap the other one is meant.
func (r *reader) better(f, last found) bool {
	_, a := r.who(f)
	_, b := r.who(last)
	if a != b {
		return a
	}
	return f.to-f.from > last.to-last.from
}

// match describes one failure.
func (r *reader) match(f found, name string) Match {
	entry := r.d.entries[f.entry]
	client, _ := ClientNamed(name)
	causes := asSeenBy(client, entry)
	m := Match{
		Entry: entry, Client: client, Cause: causes[0], Causes: causes, Sure: f.sure, Why: entry.Why,
		Times: 1, at: f.from, Line: 1 + bytes.Count(r.view.text[:f.from], []byte{'\n'}), Evidence: evidence(r.view.text, f.from, f.to),
	}
	if len(entry.Causes) > 1 {
		m.Sure = OneOf
	}
	m.weight = map[Area]int{Settings: 0, Certificate: 10, Protocol: 20, Connection: 40}[m.Cause.About().Area]
	if m.Cause == Proxy {
		m.weight -= 2
	}
	if wrappers[entry.ID] {
		m.weight = 45
	}
	if m.Cause == NotVerified {
		m.weight = 50
	}
	if m.Cause == Handshake { // the least that can be said
		m.weight += 5
	}
	m.weight += min(len(m.Causes)-1, 5)
	return m
}

// callers are programs that only ever call: who refuses a certificate of theirs is
// the server.
var callers = []string{"curl", "wget", "requests", "httpx", "psql", "mysql", "redis", "npm", "pnpm", "yarn", "axios", "undici", "guzzle", "composer", "gem", "lwp", "chromium", "firefox"}

// asSeenBy gives the causes of an entry in the order that makes sense for a client.
// An alert about a certificate means the server's where a server was told it, and the
// client's where a client was.
func asSeenBy(client Client, entry Entry) []Cause {
	causes := slices.Clone(entry.Causes)
	if own, _ := ClientNamed(entry.Client); own.Server || !slices.Contains([]Cause{ClientDistrusts, ClientRefused, ClientWanted}, causes[0]) {
		return causes
	}
	first := ClientDistrusts
	if !client.Server {
		if !slices.ContainsFunc(callers, func(name string) bool { return Repeats(client.Name, name) }) {
			return causes
		}
		first = ClientRefused
	}
	if i := slices.Index(causes, first); i > 0 {
		causes = slices.Insert(slices.Delete(causes, i, i+1), 0, first)
	}
	return causes
}

// absorb lays what is vague under what is sharp, where the one may be the other:
// programs wrap each other's errors.
func absorb(all []Match) []Match {
	var kept []Match
	for _, m := range all {
		i := slices.IndexFunc(kept, func(o Match) bool { return covers(o, m) })
		if i < 0 {
			kept = append(kept, m)
			continue
		}
		kept[i].Also = append(kept[i].Also, m.Entry.ID)
		if better := outer(m.Client.Name, kept[i].Client.Name); better != kept[i].Client.Name {
			kept[i].Client = m.Client
		}
	}
	return kept
}

// covers says whether a sharper match tells the same failure as a vaguer one: of
// the same program, with a cause that the other one may have.
func covers(sharp, vague Match) bool {
	if !related(sharp.Client.Name, vague.Client.Name) {
		return false
	}
	if wrappers[vague.Entry.ID] && sharp.Cause.About().Area != Connection {
		return true
	}
	if !slices.Contains(vague.Causes, sharp.Cause) && vague.Cause != Handshake && vague.Causes[len(vague.Causes)-1] != Handshake {
		return false
	}
	return len(sharp.Causes) <= len(vague.Causes) || sharp.Cause == vague.Cause
}

// related says whether one client repeats the other.
func related(a, b string) bool { return Repeats(a, b) || Repeats(b, a) }

// outer gives the one of two related clients that repeats the other.
func outer(a, b string) string {
	if a != b && Repeats(a, b) {
		return a
	}
	return b
}

// Settled gives the match with the one cause that something else has shown.
func (m Match) Settled(cause Cause) Match {
	m.Cause, m.Causes, m.Sure = cause, []Cause{cause}, Certain
	m.say()
	return m
}

// FromCause makes a match of a cause that was seen at a server, without a text.
func FromCause(cause Cause, address string) Match {
	m := Match{
		Client: Client{Name: "any", Title: "the server"}, Cause: cause, Causes: []Cause{cause}, Sure: Certain,
		Why: "the server was asked, and shows it", URL: address, Times: 1,
	}
	if parsed, err := url.Parse(address); err == nil && parsed.Host != "" {
		m.Host = parsed.Host
	}
	m.say()
	return m
}
