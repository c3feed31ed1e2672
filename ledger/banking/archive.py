"""A zip of several bank files, unpacked in memory within bounds that are checked before and after.

Names are only told, never opened: nothing is written to a disk, so no path can lead anywhere.
"""

import io
import zipfile
import zlib
from typing import Final

from ledger.refusals import UnreadableStatement

MAX_FILES: Final = 100
"""Most files in one zip: a daily file of each of three accounts for a month."""

MAX_UNPACKED: Final = 64 * 1024 * 1024
"""Most bytes that all files of a zip may have together."""

MAX_RATIO: Final = 200
"""Most that a file may grow: statements shrink ten to forty times, a bomb a thousand times."""

SIGNATURE: Final = b"PK\x03\x04"
_EMPTY: Final = b"PK\x05\x06"
_ENCRYPTED: Final = 0x1
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_PASSED_OVER: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def is_archive(data: bytes) -> bool:
    """Say whether these bytes are a zip, by their signature."""
    return data.startswith((SIGNATURE, _EMPTY))


def unpacked(data: bytes, name: str = "") -> list[tuple[str, bytes]]:
    """Give the files of a zip by name, in its order; any other file as it is, alone.

    Raises UnreadableStatement for too many files, too large ones, a zip in a zip, a path that
    leads out of it, a password, or a file that is damaged.
    """
    if not is_archive(data):
        return [(name, data)]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _files(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise UnreadableStatement(why="the zip is damaged") from None


def _files(archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    members = [
        each
        for each in archive.infolist()
        if not each.is_dir()
        and not each.filename.startswith(_PASSED_OVER[0])
        and not each.filename.endswith(_PASSED_OVER[1:])
    ]
    if not members:
        raise UnreadableStatement(why="the zip is empty")
    if len(members) > MAX_FILES:
        raise UnreadableStatement(why=f"the zip holds more than {MAX_FILES} files")
    names = [each.filename for each in members]
    if len(set(names)) < len(names):
        raise UnreadableStatement(why="the zip holds two files of one name")
    for each in members:
        _check(each)
    if sum(each.file_size for each in members) > MAX_UNPACKED:
        raise UnreadableStatement(why=f"unpacked it is larger than {MAX_UNPACKED // 2**20} MB")
    return [(each.filename, _content(archive, each)) for each in members]


def _check(member: zipfile.ZipInfo) -> None:
    shown = repr(member.filename[:60])
    if member.filename.startswith(("/", "\\")) or ".." in member.filename.replace("\\", "/").split(
        "/"
    ):
        raise UnreadableStatement(why=f"{shown} leads out of the zip")
    if member.flag_bits & _ENCRYPTED:
        raise UnreadableStatement(why=f"{shown} needs a password")
    if member.compress_type not in _METHODS:
        raise UnreadableStatement(why=f"{shown} is packed in a way that is not read here")
    if member.file_size > MAX_RATIO * max(member.compress_size, 1):
        raise UnreadableStatement(why=f"{shown} grows more than {MAX_RATIO} times")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Read one file, no further than it claims to be long: a header may lie."""
    with archive.open(member) as opened:
        content = opened.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise UnreadableStatement(why=f"{member.filename[:60]!r} is not as long as it says")
    if is_archive(content):
        raise UnreadableStatement(why=f"{member.filename[:60]!r} is a zip inside of a zip")
    return content
