#!/usr/bin/env bash
# Microsoft's own clients for the tests: msal signs in, msgraph-core reads. Installed once under target/test-tools.
#   graph-client.sh ARGUMENTS...     becomes graph-client.py with these arguments
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/venv.sh"

install graph-client "$here/graph-client.txt"
exec "$tools/graph-client/bin/python" "$here/graph-client.py" "$@"
