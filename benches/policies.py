#!/usr/bin/env python3
"""policies.py [BINARY [NAME...]]: how the time of `validate`, `plan` and `test` grows with policies, unknown keys and columns.

Generates workspaces of some shapes in three sizes, each twice the one before, runs a command on each, and prints CPU
seconds, MiB at the highest and how much more the last size took than the one before: 2 is linear. BINARY is the debug
build of the tests, unless one is named. NAME limits the shapes.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

SIZES = (3_200, 6_400, 12_800)
PER_FILE = 5_000

BASE = """apiVersion: rolewright/v1
kind: Workspace
name: contoso
protectedBranch: main
---
apiVersion: rolewright/v1
kind: Directory
name: contoso
file: { people: data/people.yaml }
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: { file: data/app.db, startFrom: data/start.yaml }
directories: [{ name: contoso }]
attributes: { note: {} }
entitlements: { role: {} }
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: app
match: [email]
attributes: { userName: userPrincipalName, email: mail }
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
scope: { always: true }
deleted: deactivate
outOfScope: deactivate
disabled: deactivate
"""
WHEN = "{ user: department, equals: D%d }"


def listed(kind, key, item, extra=""):
    """Documents of a kind, with as many items, in files that are not too large."""
    head = f"apiVersion: rolewright/v1\nkind: {kind}\napplication: app\n{extra}{key}:\n"
    return lambda n: {
        f"part-{at}.yaml": head + "".join(item(i) for i in range(at, min(n, at + PER_FILE)))
        for at in range(0, n, PER_FILE)
    }


def one_file(text):
    return lambda n: {"part.yaml": text(n)}


def rule(group="G", when="", order=""):
    return lambda i: "  - { id: r%d, %sgroup: %s, %sgrant: { role: r%d } }\n" % (
        i, order and f"order: {i}, ", group.replace("#", str(i)), when and f"when: {WHEN % i}, ", i)


KEYS = "{ apiVersion: rolewright/v1, kind: Exclusions, application: app, exclude: []"
SHAPES = {
    "rules, a group each": ("validate", listed("LinkingRules", "rules", rule("G#"))),
    "rules, a condition each": ("validate", listed("LinkingRules", "rules", rule(when="yes"))),
    "rules, `precedence: first`": (
        "validate", listed("LinkingRules", "rules", rule(when="yes", order="yes"), "precedence: first\n")),
    "rules, unknown names": (
        "validate", listed("LinkingRules", "rules", lambda i: f"  - {{ id: r{i}, group: G, grant: {{ rola{i}: x }} }}\n")),
    "exclusions": (
        "validate", listed("Exclusions", "exclude", lambda i: f"  - {{ id: e{i}, when: {WHEN % i}, reason: x }}\n")),
    "documents": (
        "validate",
        one_file(lambda n: "".join(
            f"--- {{ apiVersion: rolewright/v1, kind: LinkingRules, application: app, rules: [{rule()(i).strip()[2:]}] }}\n"
            for i in range(min(n, 6_400))))),
    "unknown keys, one line": ("validate", one_file(lambda n: KEYS + "".join(f", k{i}: 1" for i in range(n)) + " }\n")),
    "unknown keys, a line each": (
        "validate",
        one_file(lambda n: KEYS[2:].replace(", ", "\n") + "\n" + "".join(f"k{i}: 1\n" for i in range(n)))),
    "plan: rules, a group each": ("plan", listed("LinkingRules", "rules", rule("G#"))),
    "plan: rules, a condition each": ("plan", listed("LinkingRules", "rules", rule(when="yes"))),
    "test: rules, a group each": ("test", listed("LinkingRules", "rules", rule("G#"))),
    "columns": ("validate", one_file(lambda n: KEYS + ", wrong: [" + "xxxxxxxxxx, " * n + "], wrong2: 1 }\n")),
}
TEST = """apiVersion: rolewright/v1
kind: PolicyTests
application: app
tests:
  - id: joiner
    given: { users: [{ id: u, groups: [G1], attributes: { mail: a@x, userPrincipalName: a@x } }] }
    expect: [{ user: u, result: create }]
"""


def workspace(folder, command, files, n):
    (folder / "data").mkdir(parents=True)
    names = ["G"] + [f"G{i}" for i in range(n)]
    groups = "".join(f"  - {{ id: {name}, name: {name} }}\n" for name in names)
    users = "users:\n  - { id: u-1, userPrincipalName: a@x, mail: a@x, groups: [G1] }\n"
    (folder / "data/people.yaml").write_text("groups:\n" + groups + users)
    (folder / "data/start.yaml").write_text("entitlements: { role: [] }\naccounts: []\n")
    (folder / "base.yaml").write_text(BASE)
    for name, text in files(n).items():
        (folder / name).write_text(text)
    if command == "test":
        (folder / "tests.yaml").write_text(TEST)


def measured(binary, command, folder):
    with open(os.devnull, "wb") as nothing:
        run = subprocess.Popen([binary, command, "-C", folder], stdout=nothing, stderr=nothing)
        _, status, used = os.wait4(run.pid, 0)
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, os.waitstatus_to_exitcode(status)


def main():
    here = pathlib.Path(__file__).resolve().parent
    binary = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else here.parent / "target/debug/rolewright").resolve()
    sizes = [int(size) for size in os.environ.get("SIZES", "").split()] or SIZES
    print(f"| shape | {' | '.join(f'{size:,}' for size in sizes)} | MiB | growth | exit code |")
    print("| --- " * (len(sizes) + 4) + "|")
    for name, (command, files) in SHAPES.items():
        if sys.argv[2:] and not any(part in name for part in sys.argv[2:]):
            continue
        seconds = []
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                workspace(pathlib.Path(folder) / "w", command, files, size)
                cpu, mib, code = measured(binary, command, pathlib.Path(folder) / "w")
                seconds.append(cpu)
        growth = seconds[-1] / max(seconds[-2], 0.01)
        print(f"| {name} | {' | '.join(f'{cpu:.1f}' for cpu in seconds)} | {mib} | {growth:.1f} | {code} |", flush=True)


if __name__ == "__main__":
    main()
