#!/usr/bin/env bash
# Ends a test server some time after the last test process that used it, or after an hour and a half.
#   supervise.sh STATE SERVER_PID
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/shared.sh"
state=$1 server=$2 idle=0
for _ in $(seq 2700); do
  kill -0 "$server" 2>/dev/null || exit 0
  used=no
  for user in "$state"/users/*; do
    [ -e "$user" ] || continue
    if kill -0 "${user##*/}" 2>/dev/null; then used=yes; else rm -f "$user"; fi
  done
  if [ $used = yes ]; then idle=0; else idle=$((idle + 1)); fi
  [ $idle -ge 20 ] && break
  sleep 2
done
end_group "$server"
