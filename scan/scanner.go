package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

var errTooMany = errors.New("the bound on connections is reached")

// scanner is a scan under way.
type scanner struct {
	dial    Dial
	options Options
	slots   chan struct{} // connections at a time

	mu      sync.Mutex // for all below
	probes  int
	answers int   // with a hello
	silent  int   // refusals without an alert, after an answer
	stopped error // why no more is asked
	good    *hello
}

// errStopped ends what is under way; the reason is scanner.stopped.
var errStopped = errors.New("the scan is over")

// begin takes a slot and counts. The caller gives the slot back.
func (s *scanner) begin(ctx context.Context) error {
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		s.stop(ctx.Err())
		return errStopped
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopped != nil:
	case s.probes >= s.options.MaxProbes:
		s.stopped = errTooMany
	default:
		s.probes++
		return nil
	}
	<-s.slots
	return errStopped
}

func (s *scanner) end() {
	<-s.slots
	s.mu.Lock()
	done := s.probes
	s.mu.Unlock()
	if s.options.Progress != nil {
		s.options.Progress(done)
	}
}

func (s *scanner) stop(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped == nil {
		s.stopped = err
	}
}

// probe asks once, and once more if no answer came: a packet may be lost.
func (s *scanner) probe(ctx context.Context, h hello) (*answer, error) {
	h.name = s.options.ServerName
	var err error
	for range 2 {
		var a *answer
		if a, err = s.once(ctx, h); err == nil {
			s.note(h, a)
			return a, nil
		}
		if errors.Is(err, errStopped) || errors.Is(err, errNotTLS) || errors.Is(err, errEndless) || ctx.Err() != nil {
			break
		}
	}
	if !errors.Is(err, errStopped) {
		s.stop(err)
	}
	return nil, errStopped
}

func (s *scanner) once(ctx context.Context, h hello) (*answer, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.end()
	ctx, cancel := context.WithTimeout(ctx, s.options.Probe)
	defer cancel()
	connection, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	return ask(ctx, connection, h)
}

func (s *scanner) note(h hello, a *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case a.hello != nil:
		s.answers++
		if s.good == nil {
			s.good = &h
		}
	case a.alert == nil && s.good != nil:
		s.silent++
	}
}

// control asks once more what was answered before, if the server closed
// connections without a word: that may have been its answer, and may have been a
// bound on connections, which makes all that came after it worthless.
func (s *scanner) control(ctx context.Context) {
	s.mu.Lock()
	again := s.good
	if s.silent == 0 || s.stopped != nil {
		again = nil
	}
	s.mu.Unlock()
	if again == nil {
		return
	}
	a, err := s.probe(ctx, *again)
	if err == nil && a.hello == nil {
		s.stop(errors.New("it refuses now what it accepted before"))
	}
}

// why says in words why the scan is not complete.
func (s *scanner) why(ctx context.Context) string {
	switch {
	case errors.Is(s.stopped, errTooMany):
		return fmt.Sprintf("the bound of %d connections was reached", s.options.MaxProbes)
	case ctx.Err() != nil:
		return fmt.Sprintf("the time was over after %d connections", s.probes)
	case late(s.stopped):
		return fmt.Sprintf("the server stopped to answer at connection %d: perhaps it bounds connections from one address", s.probes)
	}
	return fmt.Sprintf("the server changed its mind at connection %d, perhaps because of a bound on connections: %v", s.probes, s.stopped)
}

// version finds out what a server accepts of one version.
func (s *scanner) version(ctx context.Context, v *Version) {
	h := hello{version: v.ID, suites: suitesOf(v.ID), groups: groupsOf(v.ID), schemes: kindSchemes("")}
	a, err := s.probe(ctx, h)
	if err == nil && !a.accepts(h) {
		v.Refusal = a.alert
		// Some servers stumble over long lists, by a bound on suites or on bytes.
		h.suites, h.groups = commonSuites(v.ID), commonGroups(v.ID)
		a, err = s.probe(ctx, h)
	}
	if err != nil || !a.accepts(h) {
		return
	}
	v.Accepted, v.Refusal = true, nil
	s.suites(ctx, v, h, a)
	s.groups(ctx, v, h)
}

// accepts says whether the server chose what was offered: an older version is no.
func (a *answer) accepts(h hello) bool {
	return a.hello != nil && a.hello.Version == h.version && slices.Contains(h.suites, a.hello.Suite)
}

// suites takes away what the server chose until it chooses no more.
func (s *scanner) suites(ctx context.Context, v *Version, h hello, a *answer) {
	offered := h
	for a.accepts(offered) {
		v.Suites = append(v.Suites, suiteFrom(a))
		offered.suites = without(offered.suites, a.hello.Suite)
		if len(offered.suites) == 0 {
			break
		}
		var err error
		if a, err = s.probe(ctx, offered); err != nil {
			return
		}
	}
	found := h
	found.suites = nil
	for _, suite := range slices.Backward(v.Suites) {
		found.suites = append(found.suites, suite.ID)
	}
	v.SuiteOrder = s.order(ctx, found, len(found.suites), func(a *answer) bool { return a.hello.Suite == found.suites[0] })
}

// order offers what was found the other way round: a server that goes by the
// client's order then takes the first.
func (s *scanner) order(ctx context.Context, reversed hello, n int, first func(*answer) bool) Order {
	if n < 2 {
		return OrderNone
	}
	a, err := s.probe(ctx, reversed)
	switch {
	case err != nil || a.hello == nil:
		return OrderNone
	case first(a):
		return OrderClient
	}
	return OrderServer
}

func suiteFrom(a *answer) Suite {
	suite := describeSuite(a.hello.Suite)
	if a.hello.Version < versionTLS13 {
		var group uint16
		if group, suite.DHBits = a.group(); group != 0 {
			suite.Group = describeGroup(group).Name
		}
	}
	return suite
}

func without(numbers []uint16, number uint16) []uint16 {
	return slices.DeleteFunc(slices.Clone(numbers), func(n uint16) bool { return n == number })
}
