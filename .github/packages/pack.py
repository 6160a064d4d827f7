#!/usr/bin/env python3
"""Wraps one built binary for its platform: archive, wheel, npm package, Debian package. A binary is built once, and each
package holds that one.

    pack.py --binary PATH --target TRIPLE --output FOLDER [--only KIND]

Only Python's standard library; `dpkg-deb` for .deb, `npm` for the npm package.
"""

import argparse
from pathlib import Path

import archive
import deb
import npm
import wheel
from release import PLATFORMS, Release

KINDS = {"archive": archive.pack, "wheel": wheel.pack, "npm": npm.pack, "deb": deb.pack}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", required=True, type=Path)
    arguments.add_argument("--target", required=True, choices=sorted(PLATFORMS))
    arguments.add_argument("--output", required=True, type=Path)
    arguments.add_argument("--only", choices=sorted(KINDS))
    given = arguments.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    release = Release.of(given.binary, given.target)
    for kind, pack in KINDS.items():
        if given.only not in (None, kind):
            continue
        if kind == "deb" and not release.platform.debian:
            continue
        print(pack(release, given.output).name)


if __name__ == "__main__":
    main()
