import Glibc

// The process speaks one protocol on its stdin and stdout (docs/architecture.md, "The sandbox") and is of no use by hand.
exit(SandboxMain.run())
