package exchange

func readOpenForms(name string, data []byte) ([]*draft, error) { return nil, nil }
func readGovUK(name string, data []byte) ([]*draft, error)     { return nil, nil }
func readFormcode(name string, data []byte) ([]*draft, error)  { return nil, nil }
