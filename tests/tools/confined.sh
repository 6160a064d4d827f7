#!/usr/bin/env bash
# confined.sh FOLDER COMMAND...: runs a command as Kubernetes runs the container of .github/packages/kubernetes: nothing is writable but FOLDER
# and memory for temporary files, as user 65532 without capabilities and without a way to new ones. Needs root or sudo.
set -euo pipefail
folder=$1
shift
[ "$(id -u)" = 0 ] || exec sudo --preserve-env "$0" "$folder" "$@"
chown -R 65532:65532 "$folder"
# The path is looked up from the folder itself: those above it may be closed to others.
cd "$folder"
exec unshare --mount --propagation private bash -euc '
  mount --bind "$1" "$1"
  for place in $(findmnt --noheadings --list --output TARGET | grep -vE "^(/proc|/sys|/dev)(/|$)" | sort -u); do
    [ "$place" = "$1" ] || mount -o remount,bind,ro "$place" 2>/dev/null || true
  done
  cd "$1"
  shift
  exec setpriv --reuid 65532 --regid 65532 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
' confined "$folder" "$@"
