//go:build !windows

package trust

import (
	"context"
	"errors"
)

func windowsRoots(context.Context) ([]byte, string, error) {
	return nil, "", errors.New("this is not Windows")
}
