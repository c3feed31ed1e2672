"""Hostile XML made harmless, and large XML made small: a document becomes a stream of records.

The caller names the elements it cares about (records) and the texts it wants from each (fields).
Everything else passes by without being stored, so memory follows the largest record and not the
file. Before the parser sees a byte, the encoding is settled and any doctype refused: without a
doctype there are no entities, no external files, and no billion laughs.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from ledger.refusals import UnreadableStatement

MAX_BYTES: Final = 64 * 1024 * 1024
"""Largest file read: about a hundred thousand lines of camt.053."""

MAX_DEPTH: Final = 64
"""Deepest nesting read; ISO 20022 messages stay under twenty."""

MAX_TEXT: Final = 20_000
"""Longest text of one field; the longest in the schemas has 500 characters."""

MAX_IDLE: Final = 50_000
"""Most elements without a record ending among them: beyond that, the file is padding."""

MAX_RECORDS: Final = 400_000
"""Most records in one file, so that tiny ones cannot fill the memory."""

MAX_HEADER: Final = 200
"""Most elements before the Document in the envelope of a network."""

_DOCUMENT: Final = "Document"
_CHUNK: Final = 64 * 1024

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PARSER_NAMES: Final = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "ascii": "US-ASCII",
    "iso8859-1": "ISO-8859-1",
    "iso8859-15": "ISO-8859-15",
    "cp1252": "windows-1252",
}
_DECLARED: Final = re.compile(r"<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")


@dataclass(frozen=True, slots=True)
class Record:
    """One element that the caller asked for, with the texts that were wanted from inside it."""

    name: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    def first(self, *paths: str) -> str | None:
        """Return the first text found at these paths, its white space tidied, or None."""
        for path in paths:
            for text in self.fields.get(path, ()):
                return " ".join(text.split())
        return None

    def every(self, path: str) -> tuple[str, ...]:
        """Return all texts at this path, in the order of the file, their white space tidied."""
        texts = self.fields.get(path)
        return tuple(" ".join(text.split()) for text in texts) if texts else ()

    def exact(self, path: str) -> str | None:
        """Return the one text at this path untouched, None if absent; twice is a refusal."""
        texts = self.fields.get(path, ())
        if len(texts) > 1:
            raise UnreadableStatement(why=f"{self.name} has {path} {len(texts)} times")
        return texts[0] if texts else None


@dataclass(slots=True)
class _Node:
    """One step on the way to a wanted text."""

    children: dict[str, "_Node"] = field(default_factory=dict)
    record: str | None = None
    wanted: str | None = None


def root_of(data: bytes) -> tuple[str, str]:
    """Return namespace and name of the outermost element; raises UnreadableStatement."""
    return split_name(outermost(data)[0])


def outermost(data: bytes) -> tuple[str, ...]:
    """Return the first elements from the outside in, up to the one inside of a Document.

    Names are as the parser writes them, `{namespace}name`. Banks wrap a Document in an envelope of
    their network; what stands beside it, its header, is passed over. Without any Document there
    is the outermost element only. Raises UnreadableStatement.
    """
    peek = _Peek()
    for _ in _fed(data, peek):
        if peek.done:
            break
    return tuple(peek.found)


def split_name(name: str) -> tuple[str, str]:
    """Split `{namespace}name`; the namespace is empty where there is none."""
    namespace, _, bare = name.rpartition("}")
    return namespace.removeprefix("{"), bare


def read_records(
    data: bytes,
    namespace: str,
    wanted: Mapping[str, Iterable[str]],
    envelope: Sequence[str] = (),
) -> Iterator[Record]:
    """Yield the records of a document as they end, inner ones before the one around them.

    `wanted` maps the path of each record from the root ("Document/Stmt/Ntry") to the paths of its
    fields ("Amt", "Sts/Cd"). Attributes of a field are under "Amt@Ccy". Blank texts are absent.
    `envelope` names the elements around that root, as `outermost` gives them.
    Raises UnreadableStatement for whatever is not well-formed, bounded and free of a doctype.
    """
    collector = _Collector(_shape(namespace, wanted, envelope))
    for _ in _fed(data, collector):
        yield from collector.taken()


def _fed(data: bytes, target: "_Peek | _Collector") -> Iterator[None]:
    """Push the document through a parser in pieces, pausing after each one."""
    offset, encoding = _settled_encoding(data)
    parser = etree.XMLParser(
        target=target,  # type: ignore[arg-type] # the stubs want each method for str and for bytes
        encoding=_PARSER_NAMES[encoding],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for start in range(offset, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
            yield
        parser.close()
    except etree.XMLSyntaxError as error:
        # The parser's own message may quote the file, and a file holds names and accounts.
        line, column = error.position
        why = f"line {line}, column {column}: this is not well-formed XML in {encoding}"
        raise UnreadableStatement(why=why) from None
    yield


def _settled_encoding(data: bytes) -> tuple[int, str]:
    """Say where the text starts and in which encoding it is; refuse a doctype or a contradiction.

    The answer is imposed on the parser: the doctype is looked for in the very encoding that will
    be read, not in one that the parser might guess otherwise.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableStatement(why=f"the file is larger than {MAX_BYTES // 2**20} MB")
    offset, seen = next(
        ((len(bom), name) for bom, name in _BOMS if data.startswith(bom)), (0, _unmarked(data))
    )
    head = data[offset : offset + 400].decode(seen or "latin-1", "replace")
    declared = _DECLARED.match(head)
    encoding = _agreed(seen, declared[1] if declared else None)
    for marker in ("<!DOCTYPE", "<!ENTITY"):
        if marker.encode(encoding) in data:
            raise UnreadableStatement(why=f"it holds {marker}, which no bank statement needs")
    return offset, encoding


def _unmarked(data: bytes) -> str | None:
    """Recognise UTF-16 without a byte order mark by the first sign, which is always `<`."""
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(data[:2])


def _agreed(seen: str | None, declared: str | None) -> str:
    """Reconcile what the first bytes show with what the XML declaration claims."""
    if declared is None:
        return seen or "utf-8"
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = declared
    if name not in {*_PARSER_NAMES, "utf-16"}:
        raise UnreadableStatement(why=f"line 1: the encoding {declared} is not read here")
    if seen is None and not name.startswith("utf-16"):
        return name
    if seen is None or not seen.startswith(name):
        raise UnreadableStatement(why=f"line 1: it claims to be {declared}, its bytes are not")
    return seen


def _shape(namespace: str, wanted: Mapping[str, Iterable[str]], envelope: Sequence[str]) -> _Node:
    """Turn paths into a tree that is walked in step with the document."""
    root = inner = _Node()
    for name in envelope:
        inner = inner.children.setdefault(name, _Node())
    for path, fields in wanted.items():
        record = _descend(inner, namespace, path)
        record.record = path.rpartition("/")[2]
        for wanted_field in fields:
            _descend(record, namespace, wanted_field).wanted = wanted_field
    return root


def _descend(node: _Node, namespace: str, path: str) -> _Node:
    for name in path.split("/"):
        node = node.children.setdefault(f"{{{namespace}}}{name}" if namespace else name, _Node())
    return node


class _Peek:
    """A parser target that only notes the elements on the way to a Document and into it."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.found: tuple[str, ...] = ()
        self.done = False
        self._path: list[str] = []
        self._seen = 0
        self._inside = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        """Note the first element, then the first Document, then what it begins with."""
        if self.done:
            return
        self._seen += 1
        self._path.append(tag)
        document = not self._inside and split_name(tag)[1] == _DOCUMENT
        if self._seen == 1 or document or self._inside:
            self.found = tuple(self._path)
        self.done = self._inside or self._seen > MAX_HEADER or len(self._path) > MAX_DEPTH
        self._inside = self._inside or document

    def end(self, _tag: str) -> None:
        """Follow the document one step up; a Document without anything inside is the end."""
        if self._path:
            self._path.pop()
        self.done = self.done or self._inside or not self._path

    def close(self) -> None:
        """Have nothing to hand over."""


class _Collector:
    """A parser target that keeps the wanted texts, and stops a document that goes too far."""

    def __init__(self, shape: _Node) -> None:
        """Start outside the document."""
        self._path: list[_Node | None] = [shape]
        self._open: list[Record] = []
        self._ended: list[Record] = []
        self._text: list[str] = []
        self._length = self._idle = self._count = 0

    def taken(self) -> list[Record]:
        """Hand over the records that ended since the last call."""
        ended, self._ended = self._ended, []
        return ended

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Follow the document one step down."""
        self._idle += 1
        if self._idle > MAX_IDLE:
            raise UnreadableStatement(why=f"{MAX_IDLE} elements in a row hold no entry")
        if len(self._path) > MAX_DEPTH:
            raise UnreadableStatement(why=f"elements are nested more than {MAX_DEPTH} deep")
        above = self._path[-1]
        node = above.children.get(tag) if above is not None else None
        self._path.append(node)
        if node is None:
            return
        if node.record is not None:
            self._open.append(Record(node.record))
        if node.wanted is not None:
            self._text, self._length = [], 0
            if attributes:  # mostly none, and to go over none costs as much as all the rest here
                for name, value in attributes.items():
                    self._keep(f"{node.wanted}@{name}", value)

    def data(self, text: str) -> None:
        """Gather the text of a wanted field."""
        node = self._path[-1]
        if node is None or node.wanted is None:
            return
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise UnreadableStatement(why=f"{node.wanted} has more than {MAX_TEXT} characters")
        self._text.append(text)

    def end(self, _tag: str) -> None:
        """Follow the document one step up."""
        node = self._path.pop()
        if node is None:
            return
        if node.wanted is not None:
            text = "".join(self._text)
            self._text = []
            if text and not text.isspace():
                self._keep(node.wanted, text)
        if node.record is not None:
            self._ended.append(self._open.pop())
            self._idle = 0
            self._count += 1
            if self._count > MAX_RECORDS:
                raise UnreadableStatement(why=f"it holds more than {MAX_RECORDS} records")

    def close(self) -> None:
        """Have nothing to hand over: records are taken on the way."""

    def _keep(self, path: str, text: str) -> None:
        self._open[-1].fields.setdefault(path, []).append(text)
