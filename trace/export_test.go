package trace

// FramesOf cuts one side's data into frames; it comes in pieces of a size.
func FramesOf(client bool, data []byte, size int) []*Frame {
	s := frames{fromClient: client}
	var all []*Frame
	for len(data) > 0 {
		n := min(size, len(data))
		all = append(all, s.take(data[:n])...)
		data = data[n:]
	}
	return all
}
