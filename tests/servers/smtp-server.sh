#!/usr/bin/env bash
# A real SMTP server for the tests: aiosmtpd from PyPI, on loopback. Installed once under target/test-tools.
#   smtp-server.sh ARGUMENTS...     becomes smtp-server.py with these arguments
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${CARGO_TARGET_DIR:-$here/../../target}/test-tools
venv=$tools/smtp
mkdir -p "$tools"

# One at a time: tests run side by side.
exec 9>"$tools/smtp.lock"
flock 9
cmp -s "$here/smtp-server.txt" "$venv/.installed" || {
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" -q install --disable-pip-version-check -r "$here/smtp-server.txt" >&2
  cp "$here/smtp-server.txt" "$venv/.installed"
}
exec 9>&-
exec "$venv/bin/python" "$here/smtp-server.py" "$@"
