#!/usr/bin/env bash
# A real Active Directory domain controller for the tests: Debian's samba, LDAP alone, on a loopback address of its own.
#   samba-ad.sh start USER_PID MORE.ldif    starts it, or finds it running, and prints what tests need; it ends by itself some time after
#                                 the last process that asked for it
#   samba-ad.sh stop              ends it
# Provisioned and seeded once, with what MORE.ldif adds; the data lies under target/test-tools and is made anew when these scripts change. LDAP's
# ports are fixed by Samba (389, 636), so it needs root.
set -euo pipefail
[ "$(id -u)" = 0 ] || exec sudo -E "$0" "$@"
here=$(cd "$(dirname "$0")" && pwd)
. "$here/shared.sh"
more=${3:-/dev/null}
# One address for each place that this repository lies in, so that two of them can be tested at once.
place=$(printf %s "$tools" | cksum | cut -d' ' -f1)
address=127.$((place / 64000 % 250 + 2)).$((place / 250 % 250)).$((place % 250 + 2))
# The address is part of what was provisioned: where `target` was copied from another place, the domain is made anew.
sum=$({ cat "$here"/samba-ad.sh "$here"/samba-seed.py "$here"/shared.sh "$more"; echo "$address"; } | cksum | cut -d' ' -f1)
state=$tools/samba-$sum
config=$state/etc/smb.conf
realm=CORP.EXAMPLE.TEST base=DC=corp,DC=example,DC=test
administrator='Passw0rd!Tests' reader='Reader!Passw0rd1'

provision() {
  [ -f "$state/.provisioned" ] && return
  end_all samba # of earlier versions of these scripts
  rm -rf "$tools"/samba-*
  mkdir -p "$state"
  samba-tool domain provision --targetdir="$state" --realm=$realm --domain=CORP --server-role=dc --dns-backend=NONE \
    --adminpass="$administrator" --host-name=dc1 --host-ip="$address" \
    --option="interfaces=$address/8" --option="bind interfaces only=yes" -q >"$state/provision.log" 2>&1 ||
    { tail -n 20 "$state/provision.log" >&2; exit 1; }
  certificates "$state/tls" dc1.corp.example.test "DNS:dc1.corp.example.test,DNS:localhost,IP:$address"
  sed -i -e '/server services/d' -e '/log file/d' -e "/^\[global\]/a\\
	server services = ldap\\
	ldap server require strong auth = yes\\
	tls enabled = yes\\
	tls keyfile = $state/tls/key.pem\\
	tls certfile = $state/tls/cert.pem\\
	tls cafile = $state/tls/ca.pem\\
	pid directory = $state\\
	ncalrpc dir = $state/ncalrpc\\
	ntp signd socket directory = $state/ntp\\
	disable netbios = yes\\
	dns forwarder =" "$config"
  samba-tool domain passwordsettings set -s "$config" --complexity=off --min-pwd-age=0 --max-pwd-age=0 --history-length=0 >/dev/null
  python3 "$here/samba-seed.py" "$base" "$reader" "$state"
  local file
  cat "$more" >>"$state/add.ldif"
  for file in add modify; do # straight into the database, before the server runs: seconds, not minutes
    "ldb$file" -H "$state/private/sam.ldb" --configfile="$config" --relax "$state/$file.ldif" >"$state/seed.log" 2>&1 ||
      { tail -n 5 "$state/seed.log" >&2; exit 1; }
  done
  hide svc-dim bf967a68-0de6-11d0-a285-00aa003049e2 # the schema's GUID of `userAccountControl`
  touch "$state/.provisioned"
}

hide() { # hide ACCOUNT ATTRIBUTE: the account may not read the attribute, wherever it is
  local sid
  sid=$(ldbsearch -H "$state/private/sam.ldb" --configfile="$config" "(sAMAccountName=$1)" objectSid | sed -n 's/^objectSid: //p')
  samba-tool dsacl set -s "$config" -H "$state/private/sam.ldb" --objectdn="$base" --sddl="(OD;CI;RP;$2;;$sid)" >>"$state/seed.log"
}

answers() {
  LDAPTLS_CACERT=$state/tls/ca.pem ldapsearch -x -LLL -o nettimeout=2 -H "ldaps://$address" -s base -b '' defaultNamingContext >/dev/null 2>&1
}

launch() {
  mkdir -p "$state/ncalrpc" "$state/ntp"
  chmod 750 "$state/ntp"
  rm -f "$state"/*.pid
  supervised "$state" samba -s "$config" -F -M single --no-process-group --debug-stdout
  ready "$state" answers
}

case $1 in
  start)
    need samba samba samba-dsdb-modules samba-ad-provision samba-vfs-modules python3-samba ldb-tools
    need ldapsearch ldap-utils
    locked samba
    provision
    used_by "$state" "$2"
    running "$state" || launch
    unlock
    cat <<OUT
address=$address
ca=$state/tls/ca.pem
base=$base
administrator=$administrator
reader=$reader
OUT
    ;;
  stop) end_all samba ;;
  *) echo "usage: $0 start USER_PID MORE.ldif | stop" >&2; exit 64 ;;
esac
