//go:build !windows

package atomicfile

import "os"

// SyncFolder makes the renames in a folder survive a power cut.
func SyncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
