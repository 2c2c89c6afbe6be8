#!/usr/bin/env bash
# Installs what building and testing phsync needs and this machine lacks; says so in one message when it can't.
set -euo pipefail

fail() { printf 'setup: %s\n' "$1" >&2; exit 1; }

command -v swift >/dev/null 2>&1 || fail "there is no Swift toolchain on PATH: install Swift 6.2 or later from swift.org, then repeat."
version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
read -r major minor <<<"${version:-0 0}"
if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
    fail "this Swift is $major.$minor, phsync needs 6.2 or later: install it from swift.org, then repeat."
fi

missing=()
for package in libsqlite3-dev libcurl4-openssl-dev libcurl4 openssl pkg-config \
    libjavascriptcoregtk-4.1-dev libssl-dev zlib1g-dev node-babel7-standalone; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null 2>&1 || fail "these Debian packages are missing and there is no apt-get: ${missing[*]}. Install what they hold, then repeat."
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "these packages are missing: ${missing[*]}. Ask somebody with root to run: apt-get install ${missing[*]}"
    as_root=(sudo)
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
{ "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null; } ||
    fail "these packages could not be installed: ${missing[*]}. The reason is above; as root, run: apt-get install ${missing[*]}"
