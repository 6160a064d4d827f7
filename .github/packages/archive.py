"""The archive of a release: the program, licences, README, completions and manual pages in one folder. Its bytes depend on
its content only: names are sorted, times are zero."""

import gzip
import io
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

from release import ROOT, Release

SHELLS = {"bash": "rolewright.bash", "zsh": "_rolewright", "fish": "rolewright.fish", "powershell": "rolewright.ps1"}
TEXTS = ("README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT")


def name(release: Release) -> str:
    return f"rolewright-{release.target}"


def pack(release: Release, output: Path) -> Path:
    files = {f"{name(release)}/{path}": content for path, content in contents(release).items()}
    if release.platform.npm_os == "win32":
        place = output / f"{name(release)}.zip"
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
            for path, content in sorted(files.items()):
                packed.writestr(zipfile.ZipInfo(path), content)
        return place
    place = output / f"{name(release)}.tar.gz"
    with place.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as zipped:
        with tarfile.open(fileobj=zipped, mode="w") as packed:
            for path, content in sorted(files.items()):
                entry = tarfile.TarInfo(path)
                entry.size, entry.mode = len(content), 0o755 if path.endswith(f"/{release.program}") else 0o644
                packed.addfile(entry, io.BytesIO(content))
    return place


def contents(release: Release) -> dict[str, bytes]:
    """The files of a release by their path. Completions and manual pages are left out where the program cannot be run here."""
    files = {release.program: release.binary.read_bytes()}
    files |= {text: (ROOT / text).read_bytes() for text in TEXTS}
    return files | (generated(release) or {})


def generated(release: Release) -> dict[str, bytes] | None:
    """What the program writes about itself."""
    try:
        files = {f"completions/{file}": _run(release, "completions", shell) for shell, file in SHELLS.items()}
    except OSError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        _run(release, "man", "--output", folder)
        files |= {f"man/{page.name}": page.read_bytes() for page in Path(folder).iterdir()}
    return files


def _run(release: Release, *arguments: str) -> bytes:
    return subprocess.run([release.binary, *arguments], check=True, capture_output=True).stdout
