//go:build !linux

package atomicfile

import (
	"errors"
	"os"
)

// createUnnamed gives nil: only Linux has files without names.
func createUnnamed(string) *os.File { return nil }

func link(*os.File, string) error { return errors.ErrUnsupported }
