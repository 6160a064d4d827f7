#!/usr/bin/env bash
# Microsoft's own clients for the tests: msal signs in, msgraph-core reads. Installed once under target/test-tools.
#   graph-client.sh ARGUMENTS...     becomes graph-client.py with these arguments
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
venv=$tools/graph-client
mkdir -p "$tools"

# One at a time: tests run side by side.
exec 9>"$tools/graph-client.lock"
flock 9
cmp -s "$here/graph-client.txt" "$venv/.installed" || {
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" -q install --disable-pip-version-check -r "$here/graph-client.txt" >&2
  cp "$here/graph-client.txt" "$venv/.installed"
}
exec 9>&-
exec "$venv/bin/python" "$here/graph-client.py" "$@"
