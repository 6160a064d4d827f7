#!/usr/bin/env bash
# A real SMTP server for the tests: aiosmtpd from PyPI, on loopback. Installed once under target/test-tools.
#   smtp-server.sh ARGUMENTS...     becomes smtp-server.py with these arguments
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/venv.sh"

install smtp "$here/smtp-server.txt"
exec "$tools/smtp/bin/python" "$here/smtp-server.py" "$@"
