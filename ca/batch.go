package ca

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"devca/certs"
	"devca/diag"
	"devca/internal/atomicfile"
)

// Batch makes many certificates on all cores. Its memory does not depend on
// their number.
type Batch struct {
	Dir       *Dir
	Authority *Authority

	// Order turns one line into an order. It is called from several goroutines.
	Order func(line string) (Order, error)
	// Done is told how many certificates have just come into being, Bad which line
	// could not be issued and why. Both are called from one goroutine at a time.
	Done func(count int)
	Bad  func(number int, err error)
	// Replace lets files be replaced that devca did not write, as --force does.
	Replace bool

	started time.Time // by the clock of the file system written to
	mutex   sync.Mutex
	writing map[string]bool // targets that a worker has in hand
}

// Line is one line of a batch.
type Line struct {
	Number int // from 1
	Text   string
}

// groupSize is the number of certificates that share one write of the ledger:
// enough to make its cost vanish, few enough to lose little progress to a kill
// and to hold few files open.
const groupSize = 32

// Run issues for every line. A bad line is reported and left out; what fails for
// all lines alike, such as a full disk, ends the batch with an error. Lines that
// were finished before stay.
func (b *Batch) Run(ctx context.Context, folder string, next func() (Line, bool, error)) error {
	clock, err := fileClock(folder)
	if err != nil {
		return err
	}
	b.started, b.writing = clock, map[string]bool{}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	groups := make(chan []Line)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for group := range groups {
				if err := b.issue(group); err != nil {
					cancel(err)
				}
			}
		})
	}
	// Reading may wait for a person at a terminal or a silent pipe, which nothing
	// but the end of the process ends; a cancelled batch does not wait for it.
	lines, fed := make(chan []Line), make(chan error, 1)
	go func() {
		defer close(lines)
		fed <- feed(ctx, lines, next)
	}()
	err = pass(ctx, lines, groups)
	close(groups)
	workers.Wait()
	if err == nil {
		err = <-fed
	}
	// One sync at the end makes the whole ledger survive a power cut.
	if syncErr := b.Dir.syncLedger(); err == nil {
		err = syncErr
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return err
}

// pass hands on groups until there are no more or the context ends.
func pass(ctx context.Context, from <-chan []Line, to chan<- []Line) error {
	for {
		select {
		case group, ok := <-from:
			if !ok {
				return nil
			}
			to <- group
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// feed reads lines and gives them on in groups.
func feed(ctx context.Context, groups chan<- []Line, next func() (Line, bool, error)) error {
	for {
		group := make([]Line, 0, groupSize)
		var more bool
		for len(group) < groupSize {
			line, ok, err := next()
			if err != nil {
				return err
			}
			if more = ok; !ok {
				break
			}
			group = append(group, line)
		}
		select {
		case groups <- group:
		case <-ctx.Done():
			return ctx.Err()
		}
		if !more {
			return nil
		}
	}
}

// issue makes a group: everything is signed and staged, then one write of the
// ledger, then the renames.
func (b *Batch) issue(lines []Line) error {
	group := make([]staged, 0, len(lines))
	defer func() { b.release(group) }()
	for _, line := range lines {
		ready, err := b.stage(line.Text)
		if err == nil {
			group = append(group, ready)
			continue
		}
		if _, ok := errors.AsType[*diag.Error](err); !ok {
			for _, ready := range group {
				ready.discard()
			}
			return err
		}
		b.mutex.Lock()
		b.Bad(line.Number, err)
		b.mutex.Unlock()
	}
	if len(group) == 0 {
		return nil
	}
	if err := b.Dir.commit(group); err != nil {
		return err
	}
	b.mutex.Lock()
	b.Done(len(group))
	b.mutex.Unlock()
	return nil
}

func (b *Batch) stage(text string) (staged, error) {
	order, err := b.Order(text)
	if err != nil {
		return staged{}, err
	}
	if err := b.claim(order.Files); err != nil {
		return staged{}, err
	}
	ready, err := b.Dir.stage(b.Authority, order, time.Now())
	if err != nil {
		b.unclaim(order.Files)
	}
	return ready, err
}

// claim keeps two lines from writing the same files: the target may be neither
// in another worker's hands nor written since the batch began.
func (b *Batch) claim(files certs.Files) error {
	b.mutex.Lock()
	taken := b.writing[files.Cert]
	b.writing[files.Cert] = true
	b.mutex.Unlock()
	if taken {
		return sameFile(files.Cert)
	}
	if info, err := os.Lstat(files.Cert); err == nil && !info.ModTime().Before(b.started) {
		b.unclaim(files)
		return sameFile(files.Cert)
	}
	if b.Replace {
		return nil
	}
	if err := b.Dir.CheckTargets(b.Authority, files); err != nil {
		b.unclaim(files)
		return err
	}
	return nil
}

func sameFile(path string) error {
	return diag.New(diag.FileExists, path+" was written by an earlier line").
		Because("the first name and the number of names make the file's name, and both lines have the same").
		Fix("put another name first on one of the lines, or split the batch", "devca issue --batch FILE --out OTHER-DIR")
}

func (b *Batch) unclaim(files certs.Files) {
	b.mutex.Lock()
	delete(b.writing, files.Cert)
	b.mutex.Unlock()
}

func (b *Batch) release(group []staged) {
	for _, ready := range group {
		b.unclaim(ready.record.Issue.Files)
	}
}

// fileClock reads the clock with which the file system stamps files; it is
// coarser than the system's, so that comparing the two would mislead. It returns
// once the clock has ticked: a file written before is then older.
func fileClock(folder string) (time.Time, error) {
	var first time.Time
	for {
		pending, err := atomicfile.Stage(atomicfile.File{Path: filepath.Join(folder, "devca-clock"), Mode: 0o600}, false)
		if err != nil {
			return time.Time{}, err
		}
		stamp, err := pending.ModTime()
		pending.Discard()
		if err != nil {
			return time.Time{}, err
		}
		if first.IsZero() {
			first = stamp
		} else if stamp.After(first) {
			return stamp, nil
		}
		time.Sleep(time.Millisecond)
	}
}
