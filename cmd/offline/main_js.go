// Command offline is the engine of the offline client: the same rooms that fill, check and lay out forms on the server,
// compiled to WebAssembly, so that with and without a network the answers cannot differ.
package main

import "syscall/js"

// main gives the page one function, epom(method, json) → json or an Error, and stays.
func main() {
	e, err := NewEngine()
	if err != nil {
		panic(err)
	}
	js.Global().Set("epom", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) != 2 {
			return js.Global().Get("Error").New("epom(method, json)")
		}
		out, err := e.Call(args[0].String(), []byte(args[1].String()))
		if err != nil {
			return js.Global().Get("Error").New(err.Error())
		}
		return string(out)
	}))
	if ready := js.Global().Get("epomReady"); ready.Type() == js.TypeFunction {
		ready.Invoke()
	}
	select {}
}
