#!/usr/bin/env bash
# Microsoft's own clients for the tests: msal signs in, msgraph-core reads. Installed once under target/test-tools.
#   graph-client.sh URL TENANT CLIENT AUTHORITY.pem ARGUMENTS...     becomes graph-client.py with these arguments
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/venv.sh"

install graph-client "$here/graph-client.txt"
# Not before: the packages come from a registry that this authority says nothing about.
export REQUESTS_CA_BUNDLE=$4
exec "$tools/graph-client/bin/python" "$here/graph-client.py" "$@"
