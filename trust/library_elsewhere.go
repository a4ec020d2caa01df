//go:build !darwin

package trust

import (
	"context"
	"errors"
)

// installByLibrary stands for what only a program for macOS does. The library is
// linked there only: elsewhere it would change this system's store.
func installByLibrary(context.Context, Root) error { return errors.ErrUnsupported }
