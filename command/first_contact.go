package command

// firstContact is what devca alone prints: the five verbs that matter and what
// to type next.
func (p *program) firstContact() error {
	p.say(`devca makes certificates for development that every client of this machine trusts.

  devca install                 once per machine: make a root and have it trusted
  devca issue localhost ::1     a certificate and its key, as files in this folder
  devca status                  which trust stores trust the root, and which do not
  devca list                    what was issued, and what expires
  devca inspect FILE|HOST:PORT  read a certificate, key, request or a live server

Next: devca install
All commands: devca --help    One command: devca issue --help`)
	return nil
}
