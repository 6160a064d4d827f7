#!/usr/bin/env bash
# A contract check between a client and a server: prism from npm, on loopback. Installed once under target/test-tools.
#   prism.sh CONTRACT.json UPSTREAM     forwards to UPSTREAM, and refuses every request and every answer that breaks the contract;
#                                       says where it listens and what it does on standard output; ends with standard input
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/npm.sh"
install prism @stoplight/prism-cli@5.14.2 2026-11-20
home=$tools/prism

exec 3<&0
NO_COLOR=1 node "$home/node_modules/.bin/prism" proxy "$1" "$2" --host 127.0.0.1 --port 0 --errors </dev/null 3<&- 2>&1 &
prism=$!
{ cat <&3; kill "$prism"; } >/dev/null 2>&1 &
wait "$prism"
