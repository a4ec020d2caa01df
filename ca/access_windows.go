package ca

import (
	"fmt"
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
		return diag.New(diag.CADamaged, fmt.Sprintf("%s is not a directory", path))
	}
	return nil
}
