#!/usr/bin/env bash
# A real OpenLDAP server for the tests: Debian's slapd, on loopback, with small limits as real sites have them.
#   slapd.sh start USER_PID    starts it, or finds it running, and prints what tests need; it ends by itself some time after the
#                              last process that asked for it
#   slapd.sh stop              ends it
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/shared.sh"
sum=$(cat "$here"/slapd.sh "$here"/shared.sh | cksum | cut -d' ' -f1)
state=$tools/slapd-$sum
base=dc=corp,dc=example,dc=test

provision() {
  [ -f "$state/.provisioned" ] && return
  end_all slapd # of earlier versions of these scripts
  rm -rf "$tools"/slapd-*
  mkdir -p "$state/db"
  certificates "$state/tls" localhost "DNS:localhost,IP:127.0.0.1"
  cat >"$state/slapd.conf" <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile $state/tls/cert.pem
TLSCertificateKeyFile $state/tls/key.pem
pidfile $state/slapd.pid
database mdb
suffix "$base"
directory $state/db
maxsize 67108864
index objectClass eq
# A page of 20 entries at most; without pages 50 entries; one account cannot read on after the first 50.
limits dn.exact="cn=reader,$base" size.soft=50 size.hard=50 size.pr=20 size.prtotal=unlimited
limits dn.exact="cn=limited,$base" size.soft=50 size.hard=50 size.prtotal=50
access to attrs=userPassword by anonymous auth by * none
access to attrs=member,uniqueMember by dn.exact="cn=blind,$base" none by users read by anonymous none
access to * by dn.exact="cn=nobody,$base" none by users read by anonymous auth
CONF
  seed >"$state/seed.ldif"
  slapadd -q -f "$state/slapd.conf" -l "$state/seed.ldif" >"$state/slapadd.log" 2>&1 || { cat "$state/slapadd.log" >&2; exit 1; }
  touch "$state/.provisioned"
}

seed() {
  printf 'dn: %s\nobjectClass: dcObject\nobjectClass: organization\no: Corp\ndc: corp\n\n' "$base"
  local unit account number
  for unit in people groups services; do
    printf 'dn: ou=%s,%s\nobjectClass: organizationalUnit\nou: %s\n\n' $unit "$base" $unit
  done
  for account in reader limited blind nobody; do
    printf 'dn: cn=%s,%s\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: %s\nuserPassword: %s-password\n\n' \
      $account "$base" $account $account
  done
  for number in $(seq -w 0 119); do
    printf 'dn: uid=u%s,ou=people,%s\nobjectClass: inetOrgPerson\nuid: u%s\ncn: User %s\nsn: %s\ngivenName: User\n' \
      "$number" "$base" "$number" "$number" "$number"
    printf 'mail: u%s@example.test\nmail: second%s@example.test\nemployeeNumber: 1%s\ndepartmentNumber: 7\n\n' "$number" "$number" "$number"
  done
  printf 'dn: cn=core,ou=groups,%s\nobjectClass: groupOfNames\ncn: core\nmember: uid=u000,ou=people,%s\nmember: UID=u001, OU=People,%s\n' \
    "$base" "$base" "$base"
  printf '\ndn: cn=all,ou=groups,%s\nobjectClass: groupOfNames\ncn: all\nmember: cn=core,ou=groups,%s\nmember: uid=u002,ou=people,%s\n' \
    "$base" "$base" "$base"
  printf '\ndn: cn=unique,ou=groups,%s\nobjectClass: groupOfUniqueNames\ncn: unique\n' "$base"
  printf "uniqueMember: uid=u003,ou=people,%s#'0101'B\nuniqueMember: uid=u004,ou=people,%s\n" "$base" "$base"
}

answers() { ldapsearch -x -LLL -o nettimeout=2 -H "ldap://127.0.0.1:$port" -s base -b '' namingContexts >/dev/null 2>&1; }

launch() {
  read -r port secure < <(python3 -c 'import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(it.getsockname()[1] for it in sockets))')
  supervised "$state" slapd -d 0 -f "$state/slapd.conf" -h "ldap://127.0.0.1:$port ldaps://127.0.0.1:$secure"
  ready "$state" answers
  echo "$port $secure" >"$state/ports"
}

case $1 in
  start)
    need slapd slapd
    need ldapsearch ldap-utils
    locked slapd
    provision
    used_by "$state" "$2"
    running "$state" || launch
    read -r port secure <"$state/ports"
    unlock
    cat <<OUT
port=$port
secure=$secure
ca=$state/tls/ca.pem
base=$base
OUT
    ;;
  stop) end_all slapd ;;
  *) echo "usage: $0 start USER_PID | stop" >&2; exit 64 ;;
esac
