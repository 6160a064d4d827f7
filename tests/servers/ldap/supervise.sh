#!/usr/bin/env bash
# Ends a test server some time after the last test process that used it, or after an hour and a half.
#   supervise.sh STATE SERVER_PID
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/shared.sh"
state=$1 server=$2 idle=0

used() { # used: whether a test process still uses the server
  local user used=1
  for user in "$state"/users/*; do
    [ -e "$user" ] || continue
    if kill -0 "${user##*/}" 2>/dev/null; then used=0; else rm -f "$user"; fi
  done
  return $used
}

for _ in $(seq 2700); do
  kill -0 "$server" 2>/dev/null || exit 0
  if used; then idle=0; else idle=$((idle + 1)); fi
  if [ $idle -ge 20 ]; then
    # Under the lock under which tests find it running: none is told of a server that is about to end.
    name=${state##*/}
    locked "${name%%-*}"
    if ! used; then
      end "$state"
      exit 0
    fi
    unlock
    idle=0
  fi
  sleep 2
done
end_group "$server"
