//go:build !windows

package doctor

import (
	"io/fs"
	"os/user"
	"strconv"
	"syscall"

	"devca/internal/account"
)

// accountName is the name of the person, or the number where there is none.
func accountName(person account.Account) string {
	id := strconv.Itoa(person.UID)
	if known, err := user.LookupId(id); err == nil {
		return known.Username
	}
	return id
}

// ownerOf gives the owner of a file.
func ownerOf(info fs.FileInfo) (uid int, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// hasOtherNames says whether a file, and not a folder, has hard links.
func hasOtherNames(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && !info.IsDir() && stat.Nlink > 1
}
