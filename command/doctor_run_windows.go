package command

import "os"

func exitStatus(state *os.ProcessState) int { return state.ExitCode() }
