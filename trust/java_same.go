package trust

import "devca/keystore"

// comparer is a keeper that can tell whether two versions of a kept file say the
// same. After a change by another program that was killed half-way, the journal
// does not know the bytes that the file has; if they say what the bytes from
// before say, those can come back.
type comparer interface {
	Same(before, now []byte) bool
}

// Same compares two versions of the store that Debian's hook writes.
func (s *anchorStore) Same(before, now []byte) bool { return sameJava(before, now) }

// Same compares two versions of the store.
func (s *javaStore) Same(before, now []byte) bool { return sameJava(before, now) }

// sameJava compares the entries. An order is not part of what they say.
func sameJava(before, now []byte) bool {
	first, err := keystore.Read(before, javaPassword)
	if err != nil {
		return false
	}
	second, err := keystore.Read(now, javaPassword)
	if err != nil || len(first.Entries()) != len(second.Entries()) {
		return false
	}
	for _, entry := range first.Entries() {
		same := false
		for _, alias := range second.Aliases(entry.Certificate) {
			same = same || alias == entry.Alias
		}
		if !same {
			return false
		}
	}
	return true
}
