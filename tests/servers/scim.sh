#!/usr/bin/env bash
# Real SCIM servers for the tests, on loopback; what they store ends with them. The servers are others', their starters are
# NAME.mjs and python/serve-NAME.py.
#   scim.sh start NAME PORT TOKEN    installs NAME once under target/test-tools, starts it, waits until it says `ready`
#   scim.sh stop NAME PORT           ends it, by the process group that start made
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/venv.sh"
name=$2 port=$3 run=$tools/run
mkdir -p "$run"
pid_file=$run/$name-$port.pid log=$run/$name-$port.log
# What npm's packages need is as of a day, so that a later release of a part changes nothing.
day=2026-11-20

npm_install() { # npm_install FOLDER PACKAGE...: one at a time, since tests run side by side
  local home=$tools/$1 packages=${*:2}
  exec 9>"$home.lock"
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

prepare() { # sets `command` and `home`
  home=$tools/$name
  case $name in
    # On Express 5 scimmy-routers 1.3 ignores startIndex and count.
    scimmy-4 | scimmy-5) npm_install "$name" scimmy@1.3.5 scimmy-routers@1.3.2 "express@${name#scimmy-}" ;;
    jackson) npm_install "$name" @boxyhq/saml-jackson@26.2.0 express@4 ;;
    better-auth)
      npm_install "$name" better-auth@1.7.5 @better-auth/scim@1.7.5 @better-auth/core@1.7.5 @better-auth/utils@0.4.2
      ;;
    django-scim2 | django-scim2-server | canaille)
      install "$name" "$here/$name.txt"
      home=$here/python
      command=("$tools/$name/bin/python" -B "serve-$name.py")
      return
      ;;
    *) echo "no server is called $name" >&2 && exit 64 ;;
  esac
  cp "$here/${name%-[45]}.mjs" "$home/server.mjs"
  command=(node server.mjs)
}

start() {
  prepare
  # Should nobody stop it, it ends by itself.
  (cd "$home" && PORT=$port TOKEN=$1 exec setsid timeout 3600 "${command[@]}") >"$log" 2>&1 </dev/null &
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
  start) start "$4" ;;
  stop) stop ;;
  *) echo "usage: $0 start NAME PORT TOKEN | stop NAME PORT" >&2 && exit 64 ;;
esac
