#!/usr/bin/env bash
# A real SCIM server for the tests: scim2-server from PyPI, on loopback, resources in memory.
#   scim2-server.sh start PORT TOKEN     installs it once under target/test-tools, starts it, waits until it answers
#   scim2-server.sh stop PORT            ends it, by the process group that start made
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/venv.sh"
venv=$tools/scim2 run=$tools/run port=$2
mkdir -p "$run"
pid_file=$run/scim2-$port.pid log=$run/scim2-$port.log

start() {
  install scim2 "$here/scim2-server.txt"
  # Should nobody stop it, it ends by itself.
  setsid timeout 3600 "$venv/bin/scim2-server" --hostname 127.0.0.1 --port "$port" --bearer-token "$1" \
    >"$log" 2>&1 </dev/null &
  local pid=$!
  echo "$pid" >"$pid_file"
  "$venv/bin/python" - "$port" "$pid" <<'PY' || { tail -n 20 "$log" >&2; stop; exit 1; }
import os, socket, sys, time
port, pid = int(sys.argv[1]), int(sys.argv[2])
for _ in range(600):
    try:
        os.kill(pid, 0)
        socket.create_connection(("127.0.0.1", port), 1).close()
        time.sleep(0.1)
        os.kill(pid, 0)
        sys.exit(0)
    except ProcessLookupError:
        sys.exit("the server ended while starting")
    except OSError:
        time.sleep(0.1)
sys.exit("the server does not answer")
PY
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
