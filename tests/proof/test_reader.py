"""The auditor's reading: beside a running server, of a copy, of what is no database."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from ledger.books.journal import Plan
from ledger.proof.bundle import BUNDLED, BundleSource, write_bundle
from ledger.proof.problems import problem
from ledger.proof.reader import open_source
from ledger.proof.rows import ENTRIES, MEMOS, SCANNED, STREAMS, UnreadableError
from ledger.proof.verifier import verify
from tests.proof.tampering import audit, found_in, tampering
from tests.proof.town import KEY, Town, build, opened


def test_a_running_server_is_audited_in_one_snapshot(database_url: str) -> None:
    town = Town(database_url)
    town.post(Plan("oath", sealed=True))
    try:
        with open_source(database_url) as source:
            assert source.currencies() == ["roue"]
            entries = source.rows(ENTRIES, "roue")
            assert next(entries)[0] == 1
            town.post(Plan("oath", sealed=True))
            assert list(entries) == []
            assert verify(source).problems == []
        assert audit(database_url).entries == {"roue": 2}
    finally:
        town.close()


def test_nothing_is_left_beside_a_copy(town: str, tmp_path: Path) -> None:
    folder = tmp_path / "a copy ?#%"
    folder.mkdir()
    copy = shutil.copy(town.removeprefix("sqlite:///"), folder / "copy.db")
    assert audit(f"sqlite:///{copy}").sound
    assert [path.name for path in folder.iterdir()] == ["copy.db"]


def test_a_server_that_starts_meanwhile_spoils_the_reading(town: str) -> None:
    with ExitStack() as reading:
        source = reading.enter_context(open_source(town))
        with opened(town) as execute:
            execute("UPDATE currency SET name = 'Other'")
        verify(source)
        with pytest.raises(UnreadableError, match="again"):
            reading.close()


@pytest.mark.parametrize(
    "url", ["", "mysql://x", "sqlite:///nowhere.db", "postgresql:///?host=/nowhere"]
)
def test_what_is_no_database(url: str) -> None:
    with pytest.raises(UnreadableError), open_source(url):
        pass


@pytest.mark.parametrize("content", [b"", b"no database" * 200])
def test_what_is_no_database_of_this_program(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.db"
    for beside in (path, path.with_name("some.db-wal")):
        path.write_bytes(content)
        with pytest.raises(UnreadableError), open_source(f"sqlite:///{path}"):
            pass
        beside.write_bytes(b"")


def test_reading_that_breaks_off_is_a_problem(town: str) -> None:
    with tampering(town) as execute:
        execute("ALTER TABLE posting RENAME COLUMN ordinal TO place")
    assert [found.slug for found in audit(town).problems] == ["unreadable"]


@pytest.mark.postgres
def test_reading_that_breaks_off_on_postgresql(postgres_town: str) -> None:
    with tampering(postgres_town) as execute:
        execute("UPDATE outstanding SET id = 'x'")
    assert [found.slug for found in audit(postgres_town).problems] == ["unreadable"]


# ---------------------------------------------------------------- bundles


@pytest.fixture
def bundle(town: str, tmp_path: Path) -> Path:
    path = tmp_path / "roue.jsonl"
    with open_source(town) as source:
        assert write_bundle(source, path) > 100
    return path


def test_a_bundle_is_verified_like_its_database(bundle: Path) -> None:
    report = verify(BundleSource(bundle), KEY.public_key())
    assert found_in(report) == set()
    assert report.entries == {"roue": 44}
    assert set(STREAMS) - set(BUNDLED) == {MEMOS, *SCANNED}
    assert b"facture" not in bundle.read_bytes()


def test_bundles_of_both_engines_are_alike(database_url: str, tmp_path: Path, bundle: Path) -> None:
    build(database_url)
    path = tmp_path / "again.jsonl"
    with open_source(database_url) as source:
        write_bundle(source, path)
    assert path.read_bytes() == bundle.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b'"payment"', b'"pavment"', ("chain", 4)),
        (b'[4,0,"member:alice"', b'[5,1,"member:alice"', ("chain", 4)),
        (b'[4,0,"member:alice"', b'["4",0,"member:alice"', ("malformed", None)),
        (b'[4,0,"member:alice"', b'4,0,"member:alice"', ("unreadable", 2)),
        (b'[4,0,"member:alice"', b'"', ("unreadable", 2)),
    ],
)
def test_a_changed_bundle(bundle: Path, old: bytes, new: bytes, expected: tuple[str, int]) -> None:
    content = bundle.read_bytes()
    assert old in content
    bundle.write_bytes(content.replace(old, new, 1))
    assert expected in found_in(verify(BundleSource(bundle)))


def test_a_bundle_without_a_section(bundle: Path) -> None:
    header = b'{"currency":"roue","section":"posting by number, ordinal"}'
    bundle.write_bytes(bundle.read_bytes().replace(header, header.replace(b"posting", b"arrows")))
    assert ("chain", 1) in found_in(verify(BundleSource(bundle)))


def test_what_is_no_bundle(bundle: Path, tmp_path: Path) -> None:
    twice = bundle.read_bytes() + b'{"currency":"roue","section":"posting by number, ordinal"}\n'
    for content in (b"", b"[]\n", b"junk", twice, b'{"comptoir":"bundle/1"}\n{}\n', b"{}{"):
        bundle.write_bytes(content)
        with pytest.raises(UnreadableError):
            BundleSource(bundle)
    with pytest.raises(UnreadableError):
        BundleSource(tmp_path / "nowhere")


def test_a_bundle_holds_plain_values_only(tmp_path: Path) -> None:
    class Odd:
        def currencies(self) -> list[str]:
            return ["roue"]

        def flaws(self) -> list[str]:
            return []

        def rows(self, stream: object, currency: str) -> list[tuple[object]]:
            del stream, currency
            return [(object(),)]

    with pytest.raises(TypeError):
        write_bundle(Odd(), tmp_path / "odd")  # type: ignore[arg-type]  # rows of no value on purpose
    assert problem("chain", entry=1).sentence()
