// Command devca makes certificates for development that every client of this
// machine trusts. See README.md.
package main

import (
	"os"

	"devca/command"
	"devca/internal/ui"
)

func main() { os.Exit(command.Run(os.Args[1:], ui.System())) }
