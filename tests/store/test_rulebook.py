"""The rulebook is read again when its version moved, whoever moved it, and not otherwise."""

from sqlalchemy import event

from ledger.operations.demo import CODE
from ledger.operations.fund import OpenOffice
from ledger.operations.ledger import open_ledger
from tests.fund.house import NOON, house
from tests.reliability.town import KEY, RING


def test_what_another_process_changes_is_seen_and_what_nobody_changed_is_not_read_again(
    database_url: str,
) -> None:
    with house(database_url) as town:
        other = open_ledger(database_url, KEY, RING, at=NOON)
        asked: list[str] = []
        try:
            before, _ = other.reads.rulebook(CODE)
            with other.database.reading() as connection:
                engine = connection.engine
            event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
            assert other.reads.rulebook(CODE)[0] is before
            assert [said for said in asked if " terms" in said] == []
            town.post(OpenOffice("mairie", "Mairie"))
            after, head = other.reads.rulebook(CODE)
            assert "mairie" in after.offices
            assert "mairie" not in before.offices
            assert head.number == town.head
            assert [said for said in asked if " terms" in said] != []
        finally:
            other.close()
