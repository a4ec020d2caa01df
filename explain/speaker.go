package explain

import "sort"

const (
	near      = 8000 // within so many characters, clues belong to a message
	adjoining = 300  // so far before it, what introduces a message stands
)

// signs are the clues, in the order of the text, to clients that may say what one
// speaker says.
type signs struct {
	all     []sign
	latest  []int // up to each, which of them ends last
	longest int
}

type sign struct {
	clue
	depth int // of the speaker in the client
}

// signsOf picks the clues that mean something for a speaker. They are picked once:
// a log may repeat a message tens of thousands of times, and a clue with it.
func (r *reader) signsOf(speaker string) signs {
	if s, known := r.signs[speaker]; known {
		return s
	}
	depths := make([]int, len(clients))
	for i := range clients {
		depths[i] = depthTo(clients[i].Name, speaker)
	}
	var s signs
	for _, c := range r.clues {
		if depths[c.client] < 0 {
			continue
		}
		latest := len(s.all)
		if latest > 0 && s.all[s.latest[latest-1]].to >= c.to {
			latest = s.latest[latest-1]
		}
		s.all = append(s.all, sign{c, depths[c.client]})
		s.latest = append(s.latest, latest)
		s.longest = max(s.longest, c.to-c.from)
	}
	if r.signs == nil {
		r.signs = map[string]signs{}
	}
	r.signs[speaker] = s
	return s
}

// around gives the signs that may be near a message, the last one before those, and
// the first one after.
func (s signs) around(f found) []sign {
	from := sort.Search(len(s.all), func(i int) bool { return s.all[i].from >= f.from-near-s.longest })
	to := sort.Search(len(s.all), func(i int) bool { return s.all[i].from > f.to+near })
	some := s.all[from:to:to]
	if from > 0 {
		some = append(some, s.all[s.latest[from-1]])
	}
	if to < len(s.all) {
		some = append(some, s.all[to])
	}
	return some
}

// who says which client a message is about, and whether there is any sign of it.
func (r *reader) who(f found) (string, bool) {
	type candidate struct {
		sign
		distance int
		settles  bool
	}
	var best candidate
	some := false
	for _, c := range r.signsOf(f.speaker).around(f) {
		distance := max(0, c.from-f.to, f.from-c.to)
		one := candidate{c, distance, c.own && c.from <= f.from && distance <= adjoining}
		if !some || prefer(one.settles, best.settles, one.distance, best.distance, one.depth, best.depth) {
			best, some = one, true
		}
	}
	if !some {
		return f.speaker, false
	}
	return clients[best.client].Name, true
}

// prefer says whether a sign is better than the best so far: what introduces the
// message, then what is near, and of that the outermost.
func prefer(settles, bestSettles bool, distance, bestDistance, depth, bestDepth int) bool {
	switch {
	case settles != bestSettles:
		return settles
	case settles:
		return distance < bestDistance
	case (distance <= near) != (bestDistance <= near):
		return distance <= near
	case distance <= near && depth != bestDepth:
		return depth > bestDepth
	}
	return distance < bestDistance
}
