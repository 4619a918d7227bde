package forms

type compiledField struct{}
