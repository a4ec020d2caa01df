package atomicfile

// SyncFolder does nothing: NTFS journals its folders, and Windows cannot sync one.
func SyncFolder(string) error { return nil }
