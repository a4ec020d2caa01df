// Command devca makes certificates for development that every client of this
// machine trusts. See README.md.
package main

import (
	"os"
	"runtime/debug"

	"devca/command"
	"devca/internal/ui"
)

func main() {
	collectLess()
	os.Exit(command.Run(os.Args[1:], ui.System()))
}

// collectLess makes the garbage collector wait: most commands end within milliseconds,
// and devca env spent two fifths of its time on memory that its end frees. From a
// quarter of a gigabyte on memory counts for more than time. Go's own variables win.
func collectLess() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(256 << 20)
	}
}
