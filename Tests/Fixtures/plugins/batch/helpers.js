function lowered(text) { return String(text).toLowerCase() }
