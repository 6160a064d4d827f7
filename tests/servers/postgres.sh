#!/usr/bin/env bash
# A real PostgreSQL server for the tests: Debian's package, on loopback, with TLS, its data in a folder of its own under /tmp.
# It runs as another user than root.
#   postgres.sh start PORT USER_PID   starts it, and prints what tests need; it ends soon after that process
#   postgres.sh stop PORT MODE        ends it: `fast`, or `immediate` as in a crash
#   postgres.sh again PORT            starts it again, with its data
set -euo pipefail
here=$(cd "$(dirname "$0")/ldap" && pwd)
. "$here/shared.sh" # need, certificates
port=$2 folder=/tmp/rolewright-postgres-$2

bin() { ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1; }

as_other() { # as_other COMMAND...
  if [ "$(id -u)" = 0 ]; then (cd /tmp && exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"); else "$@"; fi
}

control() { as_other "$(bin)/pg_ctl" --silent --pgdata "$folder/data" --log "$folder/log" --timeout 60 "$@" </dev/null >&2; }

sql() { as_other "$(bin)/psql" --quiet --no-psqlrc --set ON_ERROR_STOP=1 --host "$folder" --port "$port" --username postgres postgres; }

start() {
  ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 || need no-such-command postgresql
  rm -rf "$folder"
  mkdir -m 755 "$folder"
  certificates "$folder" localhost "DNS:localhost,IP:127.0.0.1"
  (
    cd "$folder"
    for name in certified stranger; do
      openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout $name-key.pem -out $name.csr
      openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 3650 \
        -extfile <(echo extendedKeyUsage=clientAuth) -out $name-cert.pem
      cat $name-cert.pem $name-key.pem >$name.pem
      chmod 644 $name.pem
    done
  ) 2>/dev/null
  [ "$(id -u)" != 0 ] || chown -R postgres "$folder"
  as_other "$(bin)/initdb" --no-sync --encoding UTF8 --locale C.UTF-8 --username postgres --auth-local trust --auth-host reject \
    "$folder/data" >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
  as_other tee -a "$folder/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
ssl = on
ssl_cert_file = '$folder/cert.pem'
ssl_key_file = '$folder/key.pem'
ssl_ca_file = '$folder/ca.pem'
fsync = off
max_connections = 80
CONF
  as_other tee "$folder/data/pg_hba.conf" >/dev/null <<CONF
local all all trust
hostssl all certified 127.0.0.1/32 cert
hostssl all tlsonly 127.0.0.1/32 scram-sha-256
host all tlsonly 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
CONF
  control start
  sql <<'SQL'
ALTER ROLE postgres PASSWORD 'postgres-password';
CREATE ROLE certified LOGIN;
CREATE ROLE tlsonly LOGIN PASSWORD 'tlsonly-password';
CREATE ROLE rolewright LOGIN PASSWORD 'rolewright-password';
CREATE ROLE reader LOGIN PASSWORD 'reader-password';
CREATE DATABASE accounts OWNER rolewright;
GRANT ALL ON DATABASE accounts TO certified, tlsonly;
SQL
  setsid bash "$0" watch "$port" "$1" >/dev/null 2>&1 </dev/null &
  printf 'port=%s\nfolder=%s\n' "$port" "$folder"
}

watch() { # ends the server soon after the process that asked for it
  for _ in $(seq 3600); do
    sleep 1
    kill -0 "$1" 2>/dev/null || break
  done
  control stop --mode immediate || true
  rm -rf "$folder"
}

case $1 in
  start) start "$3" ;;
  watch) watch "$3" ;;
  stop) control stop --mode "$3" ;;
  again) control start ;;
  *) echo "usage: $0 start PORT USER_PID | stop PORT MODE | again PORT" >&2; exit 64 ;;
esac
