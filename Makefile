# `make test` and `make demo` are all that a fresh machine needs; `make help` lists the rest.
PREFIX ?= /usr/local
DESTDIR ?=
RELEASE = swift build -c release --static-swift-stdlib --product

.PHONY: test demo build install bench simulate examples clean help setup

test: setup  ## Install what is missing, run all tests, build the examples
	swift build --build-tests -q
	TMPDIR=$$(scripts/test-folder.sh) swift test --skip-build
	$(MAKE) --no-print-directory examples

demo: build  ## Build a release and walk the journey on the embedded demo instance
	.build/release/phsync demo

build: setup  ## Build the release binaries, .build/release/phsync and phsync-sandbox
	$(RELEASE) phsync
	$(RELEASE) phsync-sandbox

install: build  ## Install to PREFIX (default /usr/local), completions included
	install -D -m 755 .build/release/phsync $(DESTDIR)$(PREFIX)/bin/phsync
	install -D -m 755 .build/release/phsync-sandbox $(DESTDIR)$(PREFIX)/bin/phsync-sandbox
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	.build/release/phsync completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/phsync
	.build/release/phsync completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_phsync
	.build/release/phsync completion fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/phsync.fish

examples: setup  ## Build the examples as a package of their own, which sees the public library only
	swift build --package-path Examples --scratch-path .build/examples --product Review -q

bench: build  ## Measure start-up, pull and memory, logs, the inbox, merge and plan, the window of a push
	$(RELEASE) Benchmarks
	.build/release/Benchmarks .build/release/phsync
	.build/release/Benchmarks logs
	.build/release/Benchmarks inbox .build/release/phsync
	.build/release/Benchmarks plan
	$(RELEASE) EngineLoop
	.build/release/Benchmarks runtime .build/release/phsync
	.build/release/Benchmarks window

HISTORIES ?= 10000
PROCESS_HISTORIES ?= 100
simulate: setup  ## Play HISTORIES random histories of edits, other people, faults and deaths; PROCESS_HISTORIES of them with real processes
	PHSYNC_SIMULATIONS=$(HISTORIES) PHSYNC_HISTORIES=$(PROCESS_HISTORIES) swift test -c release -Xswiftc -enable-testing --filter 'SimulationTests|ProcessHistoryTests'

clean:  ## Remove everything that was built
	rm -rf .build

help:  ## Show this
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup:
	@scripts/setup.sh
