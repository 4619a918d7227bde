package board

// VerifyIn is Verify within a transaction, so that a test can spoil things and take it back.
var VerifyIn = verify
