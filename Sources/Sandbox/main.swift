import Glibc

// The process speaks one protocol on its stdin and stdout (docs/architecture.md, "The sandbox") and is of no use by hand.
// Everything is written; taking the engine down in order would only cost time.
_exit(SandboxMain.run())
