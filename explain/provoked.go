package explain

// provoked are the entries that a test makes the real program say, in order.
var provoked = []string{}
