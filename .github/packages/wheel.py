"""The wheel for PyPI: the program as a script, which installers put on the path (PEP 427). `uvx rolewright` and
`pipx run rolewright` start it without anything else."""

import base64
import hashlib
import stat
import zipfile
from pathlib import Path

from release import ROOT, Release

# 1980-01-01, the earliest time of a zip archive: the wheel's bytes depend on its content only.
NEVER = (1980, 1, 1, 0, 0, 0)


def pack(release: Release, output: Path) -> Path:
    base = f"rolewright-{release.version}"
    tag = f"py3-none-{release.platform.wheel}"
    files = {
        f"{base}.data/scripts/{release.program}": release.binary.read_bytes(),
        f"{base}.dist-info/METADATA": _metadata(release),
        f"{base}.dist-info/WHEEL": _wheel(release),
        f"{base}.dist-info/licenses/LICENSE-APACHE": (ROOT / "LICENSE-APACHE").read_bytes(),
        f"{base}.dist-info/licenses/LICENSE-MIT": (ROOT / "LICENSE-MIT").read_bytes(),
    }
    record = f"{base}.dist-info/RECORD"
    files[record] = "".join([_line(path, content) for path, content in files.items()] + [f"{record},,\n"]).encode()
    place = output / f"{base}-{tag}.whl"
    with zipfile.ZipFile(place, "w") as packed:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, NEVER)
            mode = 0o755 if path.endswith(release.program) else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return place


def _metadata(release: Release) -> bytes:
    lines = [
        "Metadata-Version: 2.4",
        "Name: rolewright",
        f"Version: {release.version}",
        f"Summary: {release.description}",
        f"License-Expression: {release.licence}",
        "License-File: LICENSE-APACHE",
        "License-File: LICENSE-MIT",
        "Requires-Python: >=3.8",
        "Description-Content-Type: text/markdown",
    ]
    return ("\n".join(lines) + "\n\n" + (ROOT / "README.md").read_text()).encode()


def _wheel(release: Release) -> bytes:
    tags = "".join(f"Tag: py3-none-{platform}\n" for platform in release.platform.wheel.split("."))
    return f"Wheel-Version: 1.0\nGenerator: rolewright pack\nRoot-Is-Purelib: false\n{tags}".encode()


def _line(path: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}\n"
