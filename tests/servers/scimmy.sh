#!/usr/bin/env bash
# Real SCIM servers for the tests: scimmy and scimmy-routers from npm on Express, on loopback, resources in memory.
#   scimmy.sh start PORT TOKEN EXPRESS   installs it once under target/test-tools, starts it, waits until it answers. EXPRESS is
#                                        4 or 5; on Express 5 scimmy-routers 1.3 ignores startIndex and count
#   scimmy.sh stop PORT                  ends it, by the process group that start made
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
run=$tools/run port=$2
mkdir -p "$run"
pid_file=$run/scimmy-$port.pid log=$run/scimmy-$port.log
# What they need is as of a day, so that a later release of a part changes nothing.
packages="scimmy@1.3.5 scimmy-routers@1.3.2 express@${4:-4}" day=2026-11-20

install() { # one at a time: tests run side by side
  exec 9>"$tools/scimmy.lock"
  flock 9
  [ "$(cat "$home/.installed" 2>/dev/null)" = "$packages $day" ] || {
    rm -rf "$home"
    mkdir -p "$home"
    echo '{ "private": true }' >"$home/package.json"
    (cd "$home" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error --before="$day" $packages >&2)
    echo "$packages $day" >"$home/.installed"
  }
  exec 9>&-
}

start() {
  home=$tools/scimmy-$2
  install
  cp "$here/scimmy.mjs" "$home/server.mjs"
  # Should nobody stop it, it ends by itself.
  (cd "$home" && PORT=$port TOKEN=$1 exec setsid timeout 900 node server.mjs) >"$log" 2>&1 </dev/null &
  local pid=$!
  echo "$pid" >"$pid_file"
  for _ in $(seq 600); do
    kill -0 "$pid" 2>/dev/null || break
    grep -q '^ready$' "$log" && return
    sleep 0.1
  done
  tail -n 20 "$log" >&2
  stop
  exit 1
}

stop() {
  [ -f "$pid_file" ] || return 0
  kill -- "-$(cat "$pid_file")" 2>/dev/null || true
  rm -f "$pid_file"
}

case $1 in
  start) start "$3" "$4" ;;
  stop) stop ;;
esac
