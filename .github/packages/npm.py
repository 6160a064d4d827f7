"""The npm packages: one a platform, which holds the program, and `rolewright`, which starts the one that npm chose by `os` and
`cpu`. Nothing is downloaded when they are installed, and no install script runs."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from release import PLATFORMS, ROOT, Release, version

HERE = Path(__file__).resolve().parent / "npm"


def pack(release: Release, output: Path) -> Path:
    """The package of a platform."""
    platform = release.platform
    package = _package(f"rolewright-{platform.npm}", f"{release.description} ({platform.npm})", release.version)
    package |= {"os": [platform.npm_os], "cpu": [platform.npm_cpu], "files": [release.program]}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / release.program).write_bytes(release.binary.read_bytes())
        (place / release.program).chmod(0o755)
        return _packed(place, package, output)


def pack_starter(output: Path) -> Path:
    """The package that people install."""
    package = _package("rolewright", "Decides who gets which account and which rights, from policies kept in git", version())
    package |= {
        "bin": {"rolewright": "rolewright.js"},
        "files": ["rolewright.js"],
        "engines": {"node": ">=18"},
        "optionalDependencies": {f"rolewright-{platform.npm}": version() for platform in PLATFORMS.values()},
    }
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "rolewright.js", folder)
        return _packed(Path(folder), package, output)


def _package(name: str, description: str, number: str) -> dict:
    return {"name": name, "version": number, "description": description, "license": "MIT OR Apache-2.0"}


def _packed(folder: Path, package: dict, output: Path) -> Path:
    for text in ("LICENSE-APACHE", "LICENSE-MIT", "README.md"):
        shutil.copy(ROOT / text, folder)
    (folder / "package.json").write_text(json.dumps(package, indent=2) + "\n")
    command = ["npm", "pack", "--silent", "--pack-destination", str(output.resolve())]
    name = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout.split()[-1]
    return output / name
