"""Old balances as a table: any order of columns, and nothing that reads in two ways."""

import pytest

from ledger.banking.balances_csv import read_balances
from ledger.books.opening import Balance
from ledger.refusals import UnreadableStatement


@pytest.mark.parametrize(
    "table",
    [
        "kind;name;amount\nmember;alice;12,50\nmember;bruno;0\n",
        "\ufeffAmount,Kind,Name\r\n12.50,member,alice\r\n\r\n",
    ],
)
def test_rows_are_read_by_their_header(table: str) -> None:
    assert read_balances(table.encode()) == [Balance("member", "alice", 1250)]


@pytest.mark.parametrize(
    "table",
    [
        "",
        "kind;name\n",
        "kind;name;amount\n",
        "kind;name;amount\nmember;alice\n",
        "kind;name;amount\nmember;alice;12,505\n",
        "kind;name;amount\nmember;alice;douze\n",
        "kind;name;amount\nmember;alice;1\nmember;alice;2\n",
        'kind;name;amount\nmember;"al"ice;1\n',
    ],
)
def test_what_is_no_table_of_balances_is_refused(table: str) -> None:
    with pytest.raises(UnreadableStatement):
        read_balances(table.encode())
