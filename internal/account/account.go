// Package account tells whose machine devca works on: the person who typed the
// command, also when sudo made the process root in between.
package account

import (
	"os"
	"os/user"
	"strconv"
)

// Account is the invoking person.
type Account struct {
	UID, GID int    // -1 where the system has no such ids (Windows)
	Home     string // the person's home folder, not root's under sudo
	ViaSudo  bool   // the process is root on behalf of this person
}

// Invoking finds the person who typed the command. Under sudo the environment
// names root's home (sudoers' always_set_home and env_reset), so home is looked
// up from SUDO_UID. SUDO_UID is believed only when the process is root already.
func Invoking(getenv func(string) string) Account {
	home, _ := os.UserHomeDir()
	if h := getenv("HOME"); h != "" {
		home = h
	}
	if home == "" {
		// Services and containers may be started without the variable.
		if me, err := user.LookupId(strconv.Itoa(os.Getuid())); err == nil {
			home = me.HomeDir
		}
	}
	self := Account{UID: os.Getuid(), GID: os.Getgid(), Home: home}
	if self.UID != 0 {
		return self
	}
	uid, err := strconv.Atoi(getenv("SUDO_UID"))
	if err != nil || uid <= 0 {
		return self
	}
	gid, err := strconv.Atoi(getenv("SUDO_GID"))
	if err != nil || gid < 0 {
		return self
	}
	person, err := user.LookupId(strconv.Itoa(uid))
	if err != nil || person.HomeDir == "" {
		return self
	}
	return Account{UID: uid, GID: gid, Home: person.HomeDir, ViaSudo: true}
}

// Own gives the file to the person when the process is root on their behalf,
// and does nothing otherwise. A link is changed itself, never followed.
func (a Account) Own(path string) error {
	if !a.ViaSudo {
		return nil
	}
	return os.Lchown(path, a.UID, a.GID)
}
