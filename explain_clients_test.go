package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"devca/explain"
)

// speaker is a real program whose words are read.
type speaker struct {
	name   string // in the table
	client string // as the catalogue calls it
	shell  string // asks for $URL ($HOST, $PORT) with the roots of $ROOT
	faults []string
	// batch: it asks for all of $URLS, NAME=URL, and says @@@ NAME before each, as
	// starting it takes longer than all the rest.
	batch bool
	// causes are what is wrong in the one command that it runs.
	causes []explain.Cause
}

// trouble is what a speaker is brought into.
type trouble struct {
	name   string
	host   string // of the kind of devca badssl, or of a server of this test
	roots  string // that the program is given
	causes []explain.Cause
}

// told is what became of one speaker in one trouble.
type told struct {
	speaker speaker
	trouble trouble
	output  string
	refused bool
	reading explain.Reading
}

// explainAsk is a program for scripts: "explain-ask ROOT JSON EXCEPTIONS FOLDER"
// brings real programs into trouble, one by one, keeps what they say in FOLDER, and
// checks that explain.Read knows who speaks and what is wrong. EXCEPTIONS has lines
// of "SPEAKER TROUBLE: reason" for those whose words do not tell.
func explainAsk(_ string, args []string) int {
	if len(args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: explain-ask ROOT JSON EXCEPTIONS FOLDER")
		return 2
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	exceptions, err := readExceptions(args[2])
	var stage *stage
	if err == nil {
		stage, err = newStage(ctx, args[0], args[1], args[3])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer stage.end()
	all := stage.askAll(ctx)
	all = append(all, stage.askServers(ctx)...)
	if !toldTable(all, exceptions) {
		return 1
	}
	return 0
}

// stage is where the programs and the servers are.
type stage struct {
	folder string
	roots  map[string]string // files by name
	urls   map[string]string // of the troubles' hosts
	ends   []func()
}

func newStage(ctx context.Context, root, kindsFile, folder string) (*stage, error) {
	s := &stage{folder: folder, roots: map[string]string{"system": "/etc/ssl/certs/ca-certificates.crt", "missing": "/nowhere/ca-root.pem", "": root}, urls: map[string]string{}}
	data, err := os.ReadFile(kindsFile)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Result struct {
			Kinds []brokenKind `json:"kinds"`
		} `json:"result"`
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, err
	}
	for _, kind := range answer.Result.Kinds {
		s.urls[kind.Kind] = kind.URL
	}
	s.roots["bad"] = filepath.Join(folder, "no-certificate.pem")
	if err := os.WriteFile(s.roots["bad"], []byte("this is no certificate\n"), 0o600); err != nil {
		return nil, err
	}
	return s, s.startServers(ctx)
}

func (s *stage) end() {
	for _, end := range s.ends {
		end()
	}
}

// askAll lets the programs speak, three at a time: most of them wait.
func (s *stage) askAll(ctx context.Context) []told {
	var jobs []told
	groups := map[string][]int{} // of jobs that one run of a program does
	var order []string
	for _, speaker := range speakers() {
		for _, trouble := range troubles() {
			if !slices.Contains(speaker.faults, trouble.name) {
				continue
			}
			group := speaker.name + " " + trouble.name
			if speaker.batch {
				group = speaker.name + " with " + trouble.roots
			}
			if groups[group] == nil {
				order = append(order, group)
			}
			groups[group] = append(groups[group], len(jobs))
			jobs = append(jobs, told{speaker: speaker, trouble: trouble})
		}
	}
	places := make(chan struct{}, 4)
	var all sync.WaitGroup
	for _, group := range order {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			var together []*told
			for _, i := range groups[group] {
				together = append(together, &jobs[i])
			}
			s.ask(ctx, together)
		})
	}
	all.Wait()
	for i := range jobs {
		if jobs[i].trouble.name == "once" {
			jobs[i].trouble.causes = jobs[i].speaker.causes
		}
	}
	return jobs
}

// ask runs one program and reads what it says.
func (s *stage) ask(ctx context.Context, jobs []*told) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	first := jobs[0]
	address := s.urls[first.trouble.host]
	home := filepath.Join(s.folder, first.speaker.name+"."+first.trouble.name)
	_ = os.MkdirAll(home, 0o700)
	var addresses []string
	for _, job := range jobs {
		addresses = append(addresses, job.trouble.name+"="+s.urls[job.trouble.host])
	}
	command := exec.CommandContext(ctx, "sh", "-c", first.speaker.shell)
	command.Dir = home
	command.WaitDelay = 5 * time.Second
	command.Env = append(s.environment(address, home), "ROOT="+s.roots[first.trouble.roots], "URLS="+strings.Join(addresses, " "))
	out, err := command.CombinedOutput()
	said := map[string]string{}
	for part := range strings.SplitSeq("\n"+string(out), "\n@@@ ") {
		name, rest, _ := strings.Cut(part, "\n")
		said[name] = rest
	}
	for _, job := range jobs {
		job.output, job.refused = string(out), err != nil && !strings.Contains(string(out), "not valid: is this a git repository?")
		if job.speaker.batch {
			var known bool
			job.output, known = said[job.trouble.name]
			job.refused = !known || strings.TrimSpace(job.output) != ""
		}
		_ = os.WriteFile(filepath.Join(s.folder, job.speaker.name+"."+job.trouble.name+".txt"), []byte(job.output), 0o600)
		job.reading = explain.Read([]byte(job.output))
	}
}

// environment is what programs get: nothing of whoever runs the test.
func (s *stage) environment(address, home string) []string {
	return []string{
		"PATH=" + os.Getenv(fakesVariable) + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin", fakesVariable + "=" + os.Getenv(fakesVariable), "LANG=C.UTF-8", "HOME=" + home,
		"URL=" + address, "HTTP=" + strings.Replace(address, "https://", "http://", 1), "HOST=" + hostOf(address), "PORT=" + portOf(address),
		"STAGE=" + s.folder, "NO_UPDATE_NOTIFIER=1", "DENO_NO_UPDATE_CHECK=1", "COMPOSER_ALLOW_SUPERUSER=1", "TERM=dumb",
	}
}

// toldTable prints what was seen, and says whether all was read as it should be.
func toldTable(all []told, exceptions map[string]string) bool {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SPEAKER\tTROUBLE\tSAYS\tREAD AS")
	fine, right, excused := true, 0, 0
	hits, clients, silent := map[string]bool{}, map[string]bool{}, map[string]bool{}
	var remarks []string
	for _, t := range all {
		cell := t.speaker.name + " " + t.trouble.name
		if before, known := silent[t.speaker.name]; before || !known {
			silent[t.speaker.name] = len(t.reading.Matches) == 0
		}
		for _, m := range t.reading.Matches {
			for _, id := range append(m.Also, m.Entry.ID) {
				hits[id] = true
			}
		}
		wrong := t.wrong()
		reason, known := exceptions[cell]
		delete(exceptions, cell)
		switch {
		case wrong == "" && known && !strings.HasPrefix(reason, "sometimes: "):
			fine = false
			remarks = append(remarks, cell+": the exception is not needed")
		case wrong == "":
			right++
			if len(t.reading.Matches) > 0 {
				clients[t.reading.Matches[0].Client.Name] = true
			}
		case known:
			excused++
			remarks = append(remarks, "* "+cell+": "+reason)
		default:
			fine = false
			remarks = append(remarks, fmt.Sprintf("! %s: %s; it said: %.700q", cell, wrong, t.output))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", t.speaker.name, t.trouble.name, map[bool]string{true: "no", false: "-"}[t.refused], t.readAs())
	}
	_ = table.Flush()
	for cell := range exceptions {
		fine = false
		remarks = append(remarks, cell+": an exception for nothing")
	}
	for name, whole := range silent {
		if whole {
			fine = false
			remarks = append(remarks, "! "+name+": it says nothing, whatever its trouble is")
		}
	}
	fmt.Println(strings.Join(remarks, "\n"))
	fine = provokedTable(hits) && fine
	summary(all, right, excused, hits, clients)
	return fine
}

// provokedTable compares what was said with what the catalogue says is provoked.
func provokedTable(hits map[string]bool) bool {
	fine := true
	for _, entry := range explain.Catalogue() {
		switch {
		case entry.Provoked() && !hits[entry.ID] && slices.Contains([]explain.Cause{explain.ClientWanted, explain.Handshake}, entry.Causes[0]): // see wrong
		case entry.Provoked() && !hits[entry.ID]:
			fine = false
			fmt.Printf("! %s: no program said it, and the catalogue calls it provoked\n", entry.ID)
		case !entry.Provoked() && hits[entry.ID]:
			fmt.Printf("+ %s: a program said it, and the catalogue does not call it provoked\n", entry.ID)
		}
	}
	return fine
}

func summary(all []told, right, excused int, hits, clients map[string]bool) {
	entries := explain.Catalogue()
	speaking := map[string]bool{}
	for _, entry := range entries {
		speaking[entry.Client] = true
	}
	fmt.Printf("explain: entries=%d of=%d provoked=%d said-by=%d cells=%d right=%d excused=%d\n",
		len(entries), len(speaking), len(hits), len(clients), len(all), right, excused)
}

// wrong says what is wrong about a reading; empty: nothing.
func (t told) wrong() string {
	if len(t.trouble.causes) == 0 || !t.refused && len(t.reading.Matches) == 0 {
		return "" // the program does not mind
	}
	if len(t.reading.Matches) == 0 && t.trouble.name == "client-wanted" {
		return "" // in TLS 1.3 a client is done before it hears that, and may only find the line cut
	}
	if len(t.reading.Matches) == 0 {
		return "nothing was read"
	}
	m := t.reading.Matches[0]
	if t.speaker.client != "" && m.Client.Name != t.speaker.client {
		return "read as " + m.Client.Name + "'s words"
	}
	if !slices.ContainsFunc(m.Causes, func(c explain.Cause) bool { return slices.Contains(t.trouble.causes, c) }) {
		return fmt.Sprintf("read as %v (%s)", m.Causes, m.Entry.ID)
	}
	return ""
}

func (t told) readAs() string {
	var words []string
	for _, m := range t.reading.Matches {
		words = append(words, fmt.Sprintf("%s %s (%s)", m.Client.Name, m.Cause, m.Entry.ID))
	}
	return strings.Join(words[:min(len(words), 2)], "; ")
}

// hostOf gives the host of a URL.
func hostOf(address string) string {
	host := strings.TrimPrefix(address, "https://")
	host, _, _ = strings.Cut(host, "/")
	if i := strings.LastIndexByte(host, ':'); i > 0 {
		host = host[:i]
	}
	return strings.Trim(host, "[]")
}
