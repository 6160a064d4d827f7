#!/usr/bin/env bash
# A contract check between a client and a server: prism from npm, on loopback. Installed once under target/test-tools.
#   prism.sh CONTRACT.json UPSTREAM     forwards to UPSTREAM, and refuses every request and every answer that breaks the contract;
#                                       says where it listens and what it does on standard output; ends with standard input
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
# What prism needs is as of a day, so that a later release of a part changes nothing.
package=@stoplight/prism-cli@5.14.2 day=2026-11-20
home=$tools/prism
mkdir -p "$tools"

# One at a time: tests run side by side.
exec 9>"$tools/prism.lock"
flock 9
[ "$(cat "$home/.installed" 2>/dev/null)" = "$package $day" ] || {
  rm -rf "$home"
  mkdir -p "$home"
  echo '{ "private": true }' >"$home/package.json"
  (cd "$home" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error --before="$day" "$package" >&2)
  echo "$package $day" >"$home/.installed"
}
exec 9>&-

exec 3<&0
NO_COLOR=1 node "$home/node_modules/.bin/prism" proxy "$1" "$2" --host 127.0.0.1 --port 0 --errors </dev/null 3<&- 2>&1 &
prism=$!
{ cat <&3; kill "$prism"; } >/dev/null 2>&1 &
wait "$prism"
