#!/usr/bin/env bash
# Another real SCIM server for the tests: SCIMMY from npm, on loopback, resources in memory, below /scim.
#   scimmy-server.sh start PORT TOKEN    installs it once under target/test-tools, starts it, waits until it answers
#   scimmy-server.sh stop PORT           ends it, by the process group that start made
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
home=$tools/scimmy run=$tools/run port=$2
mkdir -p "$run" "$home"
pid_file=$run/scimmy-$port.pid log=$run/scimmy-$port.log

install() { # one at a time: tests run side by side
  exec 9>"$tools/scimmy.lock"
  flock 9
  cmp -s "$here/scimmy-server.txt" "$home/.installed" || {
    command -v npm >/dev/null || { echo "npm is missing: apt-get install npm, or run tests/run" >&2; exit 1; }
    rm -rf "$home"/{node_modules,package.json,package-lock.json,.installed}
    echo '{"private":true}' >"$home/package.json"
    (cd "$home" && xargs npm install --ignore-scripts --no-audit --no-fund --loglevel=error <"$here/scimmy-server.txt") >&2
    cp "$here/scimmy-server.txt" "$home/.installed"
  }
  exec 9>&-
}

start() {
  install
  # Should nobody stop it, it ends by itself.
  setsid timeout 900 node "$here/scimmy-server.mjs" "$port" "$1" "$home" >"$log" 2>&1 </dev/null &
  local pid=$!
  echo "$pid" >"$pid_file"
  for _ in $(seq 600); do
    kill -0 "$pid" 2>/dev/null || break
    grep -q listening "$log" && return 0
    sleep 0.1
  done
  tail -n 20 "$log" >&2
  stop
  exit 1
}

stop() {
  [ -f "$pid_file" ] || return 0
  local pid
  pid=$(cat "$pid_file")
  kill -TERM -- "-$pid" 2>/dev/null || true
  for _ in $(seq 30); do
    kill -0 -- "-$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
  rm -f "$pid_file" "$log"
}

case $1 in
  start) start "$3" ;;
  stop) stop ;;
  *) echo "usage: $0 start PORT TOKEN | stop PORT" >&2; exit 64 ;;
esac
