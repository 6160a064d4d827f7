#!/usr/bin/env python3
"""instructions.py [--record] [BINARY]: instructions a user that `rolewright plan` takes, counted by valgrind.

Plans two small tenants (benches/small_tenant.py), so that what a start costs falls out of the difference, and compares with
benches/instructions.json. Fails where a figure grew by more than 3 %; `--record` writes the figures instead. BINARY is the
debug build that the tests use, unless one is named: only figures of one profile and one compiler can be compared.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE / "instructions.json"
SIZES = (500, 2_000)
GROWTH = 1.03
# Rooms whose figure is that of one function with all that it calls. It runs on one thread.
ROOMS = {
    "directory": "rolewright::fetch::ndjson::read_directory",
    "application": "rolewright::fetch::ndjson::read_application",
}


def counted(binary, users, folder):
    """Instructions of one plan: in all, and of each room."""
    tenant, out = folder / f"tenant-{users}", folder / f"callgrind-{users}"
    subprocess.run([sys.executable, HERE / "small_tenant.py", tenant, str(users)], check=True)
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", binary]
    command += ["plan", "-C", HERE / "tenant", "--data", tenant, "--format", "tsv"]
    # One worker thread; nothing else of the environment reaches the program.
    environment = {"PATH": os.environ["PATH"], "RAYON_NUM_THREADS": "1"}
    run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"the plan of {users} users failed:\n{run.stderr}")
    annotate = ["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--auto=no", out]
    lines = subprocess.run(annotate, check=True, capture_output=True, text=True).stdout.splitlines()
    figures = {"all": total(lines, "PROGRAM TOTALS", users)}
    for room, function in ROOMS.items():
        figures[room] = total(lines, f":{function} ", users)
    return figures


def total(lines, name, users):
    found = next((line for line in lines if name in line), None)
    if found is None:
        sys.exit(f"valgrind does not tell of `{name.strip(' :')}` in the plan of {users} users: was it renamed?")
    return int(re.match(r"\s*([\d,]+)", found)[1].replace(",", ""))


def per_user(binary):
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(SIZES)) as pool:
        few, many = pool.map(lambda users: counted(binary, users, pathlib.Path(folder)), SIZES)
    figures = {name: round((many[name] - few[name]) / (SIZES[1] - SIZES[0])) for name in many}
    figures["rest"] = figures["all"] - sum(figures[room] for room in ROOMS)
    return figures


def main():
    arguments = sys.argv[1:]
    record = "--record" in arguments
    named = [argument for argument in arguments if argument != "--record"]
    binary = pathlib.Path(named[0] if named else HERE.parent / "target/debug/rolewright").resolve()
    figures = per_user(binary)
    if record:
        RECORD.write_text(json.dumps(figures, indent=2) + "\n")
        return print(json.dumps(figures))
    known = json.loads(RECORD.read_text())
    grown = []
    for name, count in figures.items():
        change = count / known[name] - 1
        print(f"{name}: {count:,} instructions a user, {change:+.1%}")
        if count > known[name] * GROWTH:
            grown.append(name)
    if grown:
        sys.exit(f"more than {GROWTH - 1:.0%} grown: {', '.join(grown)}; where that is meant: benches/instructions.py --record")


main()
