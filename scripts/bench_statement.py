"""One import of a large bank file, in a process of its own, so that its peak memory is its own.

`python -m scripts.bench_statement LINES` imports so many lines into the bench town that the
settings name, and tells how long reading, keeping and explaining took, and the most memory that
the process ever held. The town's references are on nearly all lines, as in a month of real life:
of each fifty lines one has none, and waits for a person.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any, Final

from ledger.books.papers import Member
from ledger.money import format_minor
from ledger.operations.ledger import Ledger
from ledger.operations.statement import import_statement
from scripts.bench_town import CODE, NEF
from scripts.edge import opened, operator

WITHOUT_REFERENCE: Final = 50
_LARGEST: Final = 10_000
_KILOBYTES_IN_MB: Final = 1024 if sys.platform != "darwin" else 1024 * 1024


def bank_file(references: list[str], lines: int, day: str) -> Iterator[str]:
    """Write a camt.053 piece by piece: credits of changing amounts, each with a bank reference."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>BENCH</MsgId></GrpHdr><Stmt><Id>BENCH-{lines}</Id>"
        f"<Acct><Id><IBAN>{NEF}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    )
    amounts = [1 + number * 7919 % _LARGEST for number in range(lines)]
    for kind, cents in (("OPBD", 0), ("CLBD", sum(amounts))):
        yield (
            f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
            f'<Amt Ccy="EUR">{format_minor(cents, 2)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
            f"<Dt><Dt>{day}</Dt></Dt></Bal>"
        )
    for number, cents in enumerate(amounts):
        amount = f'<Amt Ccy="EUR">{format_minor(cents, 2)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        said = references[number % len(references)] if number % WITHOUT_REFERENCE else "loyer"
        yield (
            f"<Ntry>{amount}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
            f"<ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{lines}-{number:07}</AcctSvcrRef>"
            f"<NtryDtls><TxDtls><Refs><EndToEndId>E2E-{number}</EndToEndId></Refs>{amount}"
            f"<RltdPties><Dbtr><Pty><Nm>Person {number}</Nm></Pty></Dbtr></RltdPties>"
            f"<RmtInf><Ustrd>Change {said}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )
    yield "</Stmt></BkToCstmrStmt></Document>"


def _measured(ledger: Ledger, lines: int) -> dict[str, Any]:
    members = ledger.reads.papers(Member, CODE)
    context = operator()
    with tempfile.TemporaryFile() as file:
        for piece in bank_file([m.reference for m in members], lines, context.day.isoformat()):
            file.write(piece.encode())
        size = file.tell()
        file.seek(0)
        data = file.read()
    before = _peak_mb()
    started = time.perf_counter()
    told = import_statement(ledger, CODE, context, account="nef", data=data)
    seconds = time.perf_counter() - started
    return {
        "lines": lines,
        "file_mb": round(size / 2**20, 1),
        "seconds": round(seconds, 3),
        "microseconds_a_line": round(seconds / lines * 1e6, 1),
        "peak_mb": _peak_mb(),
        "peak_mb_before": before,
        "matched": told["matched"],
        "waiting": told["waiting"],
    }


def _peak_mb() -> int:
    """Give the most memory that this process held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KILOBYTES_IN_MB


def main() -> None:
    """Import as many lines as the argument says, into the books that the settings name."""
    with opened() as ledger:
        sys.stdout.write(json.dumps(_measured(ledger, int(sys.argv[1]))))


if __name__ == "__main__":
    main()
