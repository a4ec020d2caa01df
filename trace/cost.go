package trace

// RoundTrips counts how often the client had to wait for the server before it
// could send data of its own: 1 for TLS 1.3 and for a resumed session of TLS 1.2,
// 2 for TLS 1.2 and for a hello that was sent twice, 0 for early data that were
// taken. What follows the handshake does not count.
func (t *Transcript) RoundTrips() int {
	if t.EarlyData.Accepted {
		return 0
	}
	trips, waiting := 0, false
	for _, m := range t.Messages {
		switch {
		case m.Step == StepApplication && m.Kind != KindNewSessionTicket: // which TLS 1.2 has inside the handshake
			return trips
		case m.FromClient:
			waiting = true
		case waiting:
			trips++
			waiting = false
		}
		if m.FromClient && m.Kind == KindFinished && t.finishedBefore(&m) {
			return trips
		}
	}
	return trips
}

// finishedBefore says whether the server's Finished came before a message, so
// that it needed no answer.
func (t *Transcript) finishedBefore(m *Message) bool {
	server := t.First(KindFinished, false)
	return server != nil && server.At <= m.At
}

// HandshakeBytes counts what the handshake took on the wire, in bytes: sent by the
// client, and by the server. Tickets that come after it count as well.
func (t *Transcript) HandshakeBytes() (client, server int) {
	for _, m := range t.Messages {
		if m.Step == StepApplication && m.Kind != KindNewSessionTicket {
			continue
		}
		if m.FromClient {
			client += m.Wire
		} else {
			server += m.Wire
		}
	}
	return client, server
}

// FirstFlight is what the server sent at once after the first hello, on the wire,
// in bytes: more than the first congestion window holds costs a round trip.
func (t *Transcript) FirstFlight() int {
	bytes, answered := 0, false
	for _, m := range t.Messages {
		switch {
		case !m.FromClient:
			bytes += m.Wire
			answered = true
		case answered:
			return bytes
		}
	}
	return bytes
}
