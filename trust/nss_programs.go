package trust

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// openers names the running programs that have the database open, as "firefox-esr
// (4711)". Firefox and Chromium keep cert9.db open while they run (measured), so
// this sees every program, whatever locks it leaves in its own folders. Only
// Linux tells; of other users' programs only root sees.
func openers(machine *Machine, database string) []string {
	wanted, err := os.Stat(filepath.Join(database, "cert9.db"))
	if err != nil || machine.GOOS != "linux" {
		return nil
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	var programs []string
	for _, link := range links {
		// A file that was replaced since ends in " (deleted)". In a sandbox the path
		// is another one, the file is the same.
		target, err := os.Readlink(link)
		if err != nil || filepath.Base(target) != "cert9.db" {
			continue
		}
		pid := strings.Split(link, "/")[2]
		if info, err := os.Stat(link); err == nil && os.SameFile(info, wanted) && pid != fmt.Sprint(os.Getpid()) {
			if name := program(pid); !slices.Contains(programs, name) {
				programs = append(programs, name)
			}
		}
	}
	return programs
}

// program names a process for people.
func program(pid string) string {
	name, err := os.ReadFile("/proc/" + pid + "/comm")
	if err != nil {
		return "process " + pid
	}
	return strings.TrimSpace(string(name)) + " (" + pid + ")"
}

// lockers names the programs that hold a lock on the file (/proc/locks, proc(5)).
func lockers(machine *Machine, path string) []string {
	info, err := os.Stat(path)
	if err != nil || machine.GOOS != "linux" {
		return nil
	}
	number, ok := inode(info)
	if !ok {
		return nil
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return nil
	}
	defer locks.Close()
	var programs []string
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		// 1: POSIX  ADVISORY  WRITE 4711 fe:01:131137 1073741824 1073742335
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 || !strings.HasSuffix(fields[5], fmt.Sprintf(":%d", number)) {
			continue
		}
		if name := program(fields[4]); !slices.Contains(programs, name) {
			programs = append(programs, name)
		}
	}
	return programs
}
