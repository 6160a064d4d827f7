#!/usr/bin/env python3
"""grants.py [BINARY [SIZE...]]: a run that puts SIZE existing accounts (2500, 5000, 10000) into one group of a SCIM service, which is in
this process and holds them in memory. Prints the CPU seconds of the run, its calls, and the growth between two sizes as an exponent: 1 is
linear. What reading and planning cost without a grant is measured by a second run, which finds nothing to do, and taken off."""

import json
import math
import os
import re
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = 500
POLICIES = """--- { apiVersion: rolewright/v1, kind: Workspace, name: bench, protectedBranch: main }
--- { apiVersion: rolewright/v1, kind: Directory, name: tenant, file: { users: users.ndjson, groups: groups.ndjson, members: members.ndjson } }
--- { apiVersion: rolewright/v1, kind: Profile, name: memory, filters: [displayName], paging: index, groups: { update: patch, members: shown } }
---
apiVersion: rolewright/v1
kind: Application
name: bench
scim: { url: 'URL', profile: memory }
directories: [{ name: tenant }]
entitlements: { role: { wire: { group: 'Role_{role}' } } }
--- { apiVersion: rolewright/v1, kind: AttributeMapping, application: bench, attributes: { userName: userPrincipalName } }
--- { apiVersion: rolewright/v1, kind: LinkingRules, application: bench, rules: [{ id: all, when: { user: mail, present: true }, grant: { role: reader } }] }
--- { apiVersion: rolewright/v1, kind: Lifecycle, application: bench, scope: { always: true }, deleted: deactivate, outOfScope: deactivate, disabled: deactivate, adoption: allow }
"""


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    users, members, calls = [], [], 0

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def group(self, shows):
        group = {"id": "g1", "displayName": "Role_reader"}
        return {**group, "members": [{"value": member} for member in self.members]} if shows else group

    def do_GET(self):
        Service.calls += 1
        address, query = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        if address.path == "/Users":
            start = int(query.get("startIndex", ["1"])[0]) - 1
            page = self.users[start:start + min(int(query.get("count", [PAGE])[0]), PAGE)]
            self.answer(200, {"totalResults": len(self.users), "startIndex": start + 1, "Resources": page})
        elif address.path == "/Groups":
            shows = "excludedAttributes" not in query
            self.answer(200, {"totalResults": 1, "startIndex": 1, "Resources": [self.group(shows)]})
        elif address.path == "/Groups/g1":
            self.answer(200, self.group(True))
        else:
            self.answer(404, {"status": "404"})

    def do_PATCH(self):
        Service.calls += 1
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for operation in body["Operations"]:
            self.members.extend(member["value"] for member in operation["value"])
        self.answer(200, {"id": "g1"})


def tenant(folder, size):
    ids = [f"00000000-0000-4000-8000-{number:012}" for number in range(size)]
    names = [f"u{number}@contoso.example" for number in range(size)]
    with open(os.path.join(folder, "users.ndjson"), "w", encoding="utf-8") as out:
        for user, name in zip(ids, names):
            out.write(json.dumps({"id": user, "userPrincipalName": name, "mail": name, "accountEnabled": True}) + "\n")
    for name in ["groups", "members"]:
        open(os.path.join(folder, f"{name}.ndjson"), "w", encoding="utf-8").close()
    Service.members.clear()
    Service.users[:] = [
        {"id": f"a{number}", "userName": name, "externalId": user, "active": True}
        for number, (user, name) in enumerate(zip(ids, names))
    ]


def run(binary, place, data):
    """The CPU seconds of a run, its calls, and what it said."""
    Service.calls = 0
    # To a file, since nobody reads a pipe while we wait.
    with open(os.path.join(data, "said"), "w+", encoding="utf-8") as said:
        child = subprocess.Popen([binary, "apply", "-C", place, "--data", data], stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    assert child.returncode == 0, text[-2000:]
    return used.ru_utime + used.ru_stime, Service.calls, text.splitlines()[-1]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    binary = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../target/release/rolewright")
    sizes = [int(size) for size in sys.argv[2:]] or [2500, 5000, 10000]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as data:
            tenant(data, size)
            with open(os.path.join(place, "workspace.yaml"), "w", encoding="utf-8") as out:
                out.write(POLICIES.replace("URL", f"http://127.0.0.1:{server.server_port}"))
            git = ["git", "-C", place, "-c", "user.name=bench", "-c", "user.email=bench@contoso.example"]
            subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
            subprocess.run([*git, "add", "-A"], check=True)
            subprocess.run([*git, "commit", "-qm", "policies"], check=True)
            whole, calls, said = run(binary, place, data)
            made = re.search(r"(\d+) grant", said)
            assert made and int(made[1]) == size and len(set(Service.members)) == size, said
            idle, _, _ = run(binary, place, data)
            cpu = whole - idle
            growth = "" if before is None else f"exponent {math.log(cpu / before[1]) / math.log(size / before[0]):.2f}"
            print(f"{size} grants: {cpu:.2f} s beside {idle:.2f} s of reading and planning, {calls} calls {growth}", flush=True)
            before = (size, cpu)


main()
