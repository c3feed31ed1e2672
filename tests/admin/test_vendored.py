"""What was taken from others is what its list says, byte for byte, and no more."""

import hashlib
import re

from admin.statics import FOLDER

VENDOR = FOLDER / "vendor"
LINE = re.compile(r"^\| `(\S+)` \| .+ \| .+`(\S+)` \| ([0-9a-f]{64}) \|$", re.MULTILINE)


def test_vendored_files_are_as_listed() -> None:
    listed = LINE.findall((VENDOR / "README.md").read_text(encoding="utf-8"))
    assert listed
    for name, licence, digest in listed:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
        assert (VENDOR / licence).read_text(encoding="utf-8")
    known = {name for line in listed for name in line[:2]} | {"README.md"}
    assert {path.name for path in VENDOR.iterdir()} == known


def test_our_own_sheet_stays_small() -> None:
    assert (FOLDER / "comptoir.css").stat().st_size < 12 * 1024
