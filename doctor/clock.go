package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"devca/diag"
	"devca/trust"
)

// tolerance is how far clocks may be apart: leaves are valid from an hour before
// they were issued.
const tolerance = time.Hour

// witness is a moment that has passed for certain.
type witness struct {
	at   time.Time
	what string
}

// askClock compares the clock with moments that must have passed, with what
// programs are shown, and with a server's clock. Nothing offline can prove a clock
// to be ahead.
func askClock(ctx context.Context, e *exam) answer {
	now := e.Now()
	var a answer
	last := witness{}
	for _, w := range e.witnesses() {
		if w.at.After(last.at) {
			last = w
		}
	}
	if last.at.Sub(now) > tolerance {
		a.findings = append(a.findings, Finding{rank: rankClock, Finding: e.setClock(
			fmt.Sprintf("the clock is wrong: it says %s, and %s is %s", day(now), last.what, day(last.at)),
			"certificates that are valid look as if they were not valid yet",
		).Finding})
	}
	if shown, ok := e.shownToPrograms(ctx); ok && shown.Sub(now).Abs() > tolerance {
		a.findings = append(a.findings, Finding{rank: rankClock, Finding: e.otherClock(now, shown).Finding})
	}
	if len(a.findings) == 0 && e.target != nil {
		if theirs := e.serverTime(ctx); !theirs.IsZero() && theirs.Sub(now).Abs() > tolerance {
			a.findings = append(a.findings, Finding{rank: rankClock, Finding: e.apart(now, theirs).Finding})
		}
	}
	a.detail = now.UTC().Format("2006-01-02 15:04 UTC")
	return a
}

// serverTime is the server's clock; zero: it did not say.
func (e *exam) serverTime(ctx context.Context) time.Time {
	j, err := e.judgement()
	if err != nil || j.ServerTime == nil {
		return time.Time{}
	}
	return j.ServerTime(ctx)
}

// setClock says how to set the clock of this system.
func (e *exam) setClock(what, why string) *diag.Error {
	finding := diag.New(diag.DoctorClock, what).Because(why)
	switch {
	case e.place.Container != "":
		return finding.Fix("a container has the clock of the machine that it runs on: set that one's", "")
	case runtime.GOOS == "darwin":
		return finding.Fix("set it from the network", "sudo sntp -sS time.apple.com")
	case runtime.GOOS == "windows":
		return finding.Fix("set it from the network", "w32tm /resync")
	}
	if _, err := e.Machine.LookPath("timedatectl"); err == nil {
		finding = finding.Fix("set it from the network", e.asRoot("timedatectl set-ntp true"))
	}
	return finding.Fix("or set it by hand", e.asRoot("date --utc --set 'YYYY-MM-DD HH:MM'"))
}

// otherClock is about programs that see another time than the machine's.
func (e *exam) otherClock(now, shown time.Time) *diag.Error {
	finding := diag.New(diag.DoctorOtherClock, fmt.Sprintf("programs that are started from here see %s instead of %s", day(shown), day(now))).
		Because("certificates look expired, or not valid yet, to them alone")
	for _, name := range []string{"FAKETIME", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES"} {
		if value := e.Machine.Getenv(name); name == "FAKETIME" && value != "" || strings.Contains(value, "faketime") {
			return finding.Because(name+" is set to "+value+", and certificates look expired, or not valid yet, to them alone").
				Fix("take the other clock away", diag.Unset("FAKETIME", "LD_PRELOAD"))
		}
	}
	return finding.Fix("see what is preloaded into programs", "env | grep -i preload")
}

func (e *exam) apart(now, server time.Time) *diag.Error {
	return warning(e.setClock(
		fmt.Sprintf("this machine's clock says %s, the server's %s", day(now), day(server)),
		"one of them is wrong, and certificates look expired, or not valid yet, to that one",
	))
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// witnesses are files and dates that lie in the past, whatever the clock says.
func (e *exam) witnesses() []witness {
	var all []witness
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if at, err := time.Parse(time.RFC3339, setting.Value); setting.Key == "vcs.time" && err == nil {
				all = append(all, witness{at, "the source of this program"})
			}
		}
	}
	if roots, err := e.roots(); err == nil {
		for _, root := range roots {
			all = append(all, witness{root.NotBefore, "the beginning of the CA's root"})
		}
	}
	if ledger, err := e.ledger(); err == nil {
		for _, entry := range ledger.Entries {
			all = append(all, witness{entry.IssuedAt, "the last certificate that was issued"})
		}
	}
	// Files that the system's own programs write as they go.
	for _, path := range []string{e.Dir.JournalPath(), "/var/lib/dpkg/status", "/var/lib/rpm/rpmdb.sqlite", "/etc/ld.so.cache", "/var/log/wtmp", "/var/lib/systemd/timesync/clock"} {
		if info, err := os.Stat(path); err == nil {
			all = append(all, witness{info.ModTime(), "the last change of " + filepath.Base(path)})
		}
	}
	return all
}

// shownToPrograms is the time that a program of the system's C library sees.
func (e *exam) shownToPrograms(ctx context.Context) (time.Time, bool) {
	if runtime.GOOS == "windows" {
		return time.Time{}, false
	}
	out, err := e.Machine.Run(ctx, trust.Command{Argv: []string{"date", "+%s"}})
	seconds, bad := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil || bad != nil {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0), true
}
