#!/usr/bin/env bash
# A real REST service for the tests: json-server from npm, on loopback, records in a file.
#   json-server.sh start PORT RECORDS.json   installs it once under target/test-tools, starts it with a copy of these records,
#                                            waits until it answers
#   json-server.sh stop PORT                 ends it, by the process group that start made
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/npm.sh"
run=$tools/run port=$2
mkdir -p "$run"
pid_file=$run/json-server-$port.pid log=$run/json-server-$port.log records=$run/json-server-$port.json
home=$tools/json-server

start() {
  install json-server json-server@0.17.4 2026-11-20
  cp "$1" "$records"
  # Should nobody stop it, it ends by itself.
  setsid timeout 900 node "$home/node_modules/json-server/lib/cli/bin.js" --host 127.0.0.1 --port "$port" --quiet "$records" \
    >"$log" 2>&1 </dev/null &
  local pid=$!
  echo "$pid" >"$pid_file"
  for _ in $(seq 600); do
    kill -0 "$pid" 2>/dev/null || break
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && kill -0 "$pid" 2>/dev/null && return
    sleep 0.1
  done
  tail -n 20 "$log" >&2
  stop
  exit 1
}

stop() {
  [ -f "$pid_file" ] || return 0
  kill -- "-$(cat "$pid_file")" 2>/dev/null || true
  rm -f "$pid_file" "$log" "$records"
}

case $1 in
  start) start "$3" ;;
  stop) stop ;;
  *) echo "usage: $0 start PORT RECORDS.json | stop PORT" >&2; exit 64 ;;
esac
