package command

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/urfave/cli/v2"

	"devca/internal/ui"
)

// maxFolderDepth bounds how deep folders are looked into.
const maxFolderDepth = 12

// folderResult counts what a folder holds. Under --json its files are among the
// targets only if something is wrong with them.
type folderResult struct {
	Folder       string `json:"folder"`
	Certificates int    `json:"certificates"` // files with a chain that was judged
	Refused      int    `json:"refused"`
	Others       int    `json:"others"` // files without a certificate
}

// verifyFolder judges every certificate file below a folder, on all processors.
// Files that are fine have a line each, the others are shown in full; both in the
// order of their names, as soon as their turn comes.
func (p *program) verifyFolder(c *cli.Context, o *verifyOptions, ground *ground, folder string, result *verifyResult) (refused bool, err error) {
	if _, err := ground.roots(); err != nil {
		return false, err
	}
	counts := folderResult{Folder: folder}
	type outcome struct {
		name   string
		judged *judged
	}
	// Each file has a place of its own in the queue: workers fill them in any
	// order, and they are taken out in the queue's.
	type place chan outcome
	queue := make(chan place, 4*runtime.NumCPU())
	jobs := make(chan func())
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		workers.Go(func() {
			for job := range jobs {
				job()
			}
		})
	}
	walked := make(chan error, 1)
	go func() {
		defer close(queue)
		defer close(jobs)
		walked <- walkFiles(c, folder, func(name string) {
			mine := make(place, 1)
			queue <- mine
			jobs <- func() {
				j, err := p.judgeFile(c, o, ground, name)
				if err != nil {
					j = nil // a key, a request, something else
				}
				mine <- outcome{name, j}
			}
		})
	}()
	for mine := range queue {
		one := <-mine
		if one.judged == nil {
			counts.Others++
			continue
		}
		counts.Certificates++
		if one.judged.refused() {
			counts.Refused++
		}
		p.showOfFolder(one.judged, result)
		p.progress(counts)
	}
	workers.Wait()
	p.clearProgress()
	result.Folders = append(result.Folders, counts)
	if !p.json {
		p.say("%s: %d judged, %d refused by somebody, %d other files", ui.Clean(folder), counts.Certificates, counts.Refused, counts.Others)
	}
	return counts.Refused > 0, <-walked
}

// walkFiles goes through the files below a folder in the order of their names.
// Links to files are followed, since certbot's live folder has nothing else; those
// to folders are not, since they may go round.
func walkFiles(c *cli.Context, folder string, each func(name string)) error {
	ctx := c.Context
	// With a separator behind it, a folder that is a link itself is entered.
	return filepath.WalkDir(folder+string(filepath.Separator), func(name string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && filepath.Clean(name) == filepath.Clean(folder):
			return noFile(folder, err)
		case err != nil:
			return nil // one that cannot be read does not keep the others from it
		case entry.IsDir() && depthOf(folder, name) > maxFolderDepth:
			return filepath.SkipDir
		case entry.Type().IsRegular(), leadsToFile(name, entry):
			each(name)
		}
		return nil
	})
}

// leadsToFile says whether an entry is a link to a file.
func leadsToFile(name string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return false
	}
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func depthOf(folder, name string) int {
	relative, err := filepath.Rel(folder, name)
	if err != nil {
		return 0
	}
	depth := 1
	for _, r := range relative {
		if r == filepath.Separator {
			depth++
		}
	}
	return depth
}

func (p *program) judgeFile(c *cli.Context, o *verifyOptions, ground *ground, name string) (*judged, error) {
	ders, err := readCertificates(name, o.passwords)
	if err != nil {
		return nil, err
	}
	return p.judgeChain(c, o, ground, &judged{options: o, name: name, kind: "file"}, ders)
}

// showOfFolder prints a line for what is fine and everything about the rest.
func (p *program) showOfFolder(j *judged, result *verifyResult) {
	switch {
	case p.json && j.refused():
		result.Targets = append(result.Targets, j.describe())
	case p.json:
	case j.refused():
		p.clearProgress()
		p.showJudged(j)
		p.say("")
	default:
		p.clearProgress()
		p.say("%s  accepted, %s", ui.Clean(j.name), j.validWords())
	}
}

// progress shows on a terminal how far a folder is.
func (p *program) progress(counts folderResult) {
	if p.streams.ErrTTY && counts.Certificates%100 == 0 {
		fmt.Fprintf(p.streams.Err, "\r%d judged, %d refused", counts.Certificates, counts.Refused)
	}
}

func (p *program) clearProgress() {
	if p.streams.ErrTTY {
		fmt.Fprint(p.streams.Err, "\r\x1b[K")
	}
}
