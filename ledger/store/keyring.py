"""The master key of the sealed identities: one small file, and what is derived from it.

The file holds a key a line, in hex, the one in use first; a second line is an old key whose
rotation is not over. A key's name is taken from the key itself, so a wrong key is known as such.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
_COMMENT: Final = "# The master key of the sealed identities: keep a copy elsewhere.\n"


class UnfitKeyError(RuntimeError):
    """The key file is lost, holds no key, or another one; the sentence says which."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key: its name, what wraps the keys of subjects, and what indexes blindly."""

    id: str
    wrapping: AESGCM
    index: bytes
    secret: bytes

    @classmethod
    def of(cls, secret: bytes) -> "MasterKey":
        """Derive everything from the 32 bytes of a key."""
        if len(secret) != KEY_BYTES:
            message = f"a master key has {KEY_BYTES} bytes"
            raise UnfitKeyError(message)
        name = hashlib.sha256(b"comptoir key name" + secret).hexdigest()[:16]
        return cls(name, AESGCM(_derived(secret, b"wrapping")), _derived(secret, b"index"), secret)


class Keyring:
    """The keys of a file, the one in use first; read again when the file has changed."""

    def __init__(self, path: Path, *held: bytes) -> None:
        """Read the file if there is one; UnfitKeyError when it holds no keys.

        `held` are keys in memory for books that nobody keeps; no file is read then.
        """
        self.path = path
        self._held = bool(held)
        self._seen: tuple[int, int] | None = None
        self._keys = {key.id: key for key in map(MasterKey.of, held)}
        self.refresh()

    @property
    def current(self) -> MasterKey:
        """The key in use; UnfitKeyError when there is none."""
        for key in self._keys.values():
            return key
        message = f"the key file {self.path} is missing"
        raise UnfitKeyError(message)

    @property
    def keys(self) -> tuple[MasterKey, ...]:
        """Every key, the one in use first."""
        return tuple(self._keys.values())

    def get(self, id_: str) -> MasterKey | None:
        """Give a key by its name, looking into the file again if it is a new one."""
        if id_ not in self._keys:
            self.refresh()
        return self._keys.get(id_)

    def refresh(self) -> None:
        """Read the file if it is another one than before."""
        if self._held:
            return
        try:
            stat = self.path.stat()
            if self._seen == (stat.st_mtime_ns, stat.st_ino):
                return
            text = self.path.read_text(encoding="ascii")
        except (FileNotFoundError, NotADirectoryError):
            return
        except (OSError, ValueError) as error:
            message = f"the key file {self.path} cannot be read: {error}"
            raise UnfitKeyError(message) from error
        lines = [line for line in text.split("\n") if line and not line.startswith("#")]
        try:
            keys = [MasterKey.of(bytes.fromhex(line)) for line in lines]
        except (ValueError, UnfitKeyError):
            keys = []
        if not keys:
            message = f"the key file {self.path} holds no key of {2 * KEY_BYTES} hex digits a line"
            raise UnfitKeyError(message)
        self._keys = {key.id: key for key in keys}
        self._seen = stat.st_mtime_ns, stat.st_ino

    def make(self) -> MasterKey:
        """Make the first key, unless somebody else does at this moment; gives the one in use."""
        if not self._keys:
            self._write([AESGCM.generate_key(8 * KEY_BYTES)], new=True)
        return self.current

    def add(self) -> MasterKey:
        """Put a new key in use before the ones that are there."""
        fresh = AESGCM.generate_key(8 * KEY_BYTES)
        self._write([fresh, *(key.secret for key in self.keys)], new=False)
        return self.current

    def drop_old(self) -> None:
        """Keep nothing but the key in use."""
        self._write([self.current.secret], new=False)

    def _write(self, keys: list[bytes], *, new: bool) -> None:
        """Write the file whole or not at all, readable by its owner only."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        text = _COMMENT + "".join(f"{key.hex()}\n" for key in keys)
        with draft.open("w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if new:
            try:
                self.path.hardlink_to(draft)
            except FileExistsError:  # another process was quicker, and its key is the one
                pass
            finally:
                draft.unlink()
        else:
            draft.replace(self.path)
        _sync_folder(self.path.parent)
        self.refresh()


def _sync_folder(folder: Path) -> None:
    """Make a new name durable: rows may be sealed with the key a moment later."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def _derived(secret: bytes, use: bytes) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"comptoir " + use)
    return kdf.derive(secret)
