package trust

import "golang.org/x/sys/unix"

// shut closes this process to other programs of the person, who could open its end
// of a pipe under /proc/PID/fd, or trace it.
func shut() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }
