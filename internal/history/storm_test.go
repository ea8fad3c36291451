package history

func runStormChild() bool { return false }
