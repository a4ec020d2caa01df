package ca

import (
	"os"

	"devca/diag"
)

// checkAccess only asks that the path exists: the profile folder under
// %LocalAppData% is closed to other users by its inherited ACL, and Go shows no ACL.
func (d *Dir) checkAccess(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if path == d.path && !info.IsDir() {
		return d.notADirectory()
	}
	return nil
}

// noRoom has nothing to add either.
func (d *Dir) noRoom(err error) *diag.Error { return noDirectory(err) }

// closed has nothing to add to what Windows says.
func (d *Dir) closed(error) *diag.Error { return nil }
