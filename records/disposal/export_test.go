package disposal

// ReadDecision is for the fuzz target.
func ReadDecision(data []byte) (int, error) {
	x, err := readDecision(data)
	return len(x.Entities), err
}
