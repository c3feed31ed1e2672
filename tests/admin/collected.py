"""Every sentence that the pages and the refusals can say, found in the source.

    python -m tests.admin.collected

brings `admin/locale/*.po` in step: new messages are added (in English they say themselves),
messages that nobody says any more are dropped, and what a person translated stays.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import admin.app  # noqa: F401 - importing it brings in the refusals that the pages add
from admin.words import LANGUAGES, LOCALE
from ledger.operations import notice
from ledger.operations.due import BLOCKS
from ledger.refusals import Refusal
from ledger.rules.bank_words import REASON_WORDS, STATUS_WORDS
from ledger.rules.month_end import SENTENCES
from ledger.rules.reconciliation import KINDS

HOUSE: Final = Path(__file__).parent.parent.parent
SPOKEN: Final = {
    "ledger/operations/due.py": BLOCKS.values(),
    "ledger/rules/bank_words.py": (*STATUS_WORDS.values(), *REASON_WORDS.values()),
    "ledger/rules/reconciliation.py": KINDS.values(),
    "ledger/rules/month_end.py": SENTENCES.values(),
    "ledger/operations/notice.py": notice.SENTENCES.values(),
}
"""What the rings inside say, by the place that says it."""
METHODS: Final = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
NEWSTYLE: Final = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}

Message = str | tuple[str, ...]


def refusal_kinds(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    yield kind
    for child in kind.__subclasses__():
        yield from refusal_kinds(child)


def messages() -> dict[Message, str]:
    """Map each message (or singular and plural) to the place that says it."""
    found: dict[Message, str] = {}
    places = extract_from_dir(HOUSE / "admin", METHODS, NEWSTYLE)
    for name, _line, message, _comments, _context in places:
        if message:
            found.setdefault(message, f"admin/{name}")
    for place, sentences in SPOKEN.items():
        for sentence in sentences:
            found.setdefault(sentence, place)
    for kind in refusal_kinds():
        for message in (kind.title, kind.sentence):
            found.setdefault(message, kind.__module__.replace(".", "/") + ".py")
    return found


def catalogue(language: str) -> Catalog:
    path = LOCALE / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as source:
        return read_po(source, locale=language)


def bring_in_step(language: str) -> None:
    old = catalogue(language)
    new = Catalog(
        locale=language,
        charset="utf-8",
        project="Comptoir",
        fuzzy=False,
        header_comment="#",
        revision_date=old.revision_date,
        creation_date=old.creation_date,
    )
    for message, place in sorted(messages().items(), key=lambda item: (item[1], str(item[0]))):
        known = old.get(message if isinstance(message, str) else message[0])
        translated = known.string if known and not known.fuzzy else ""
        said = translated or (message if language == "en" else "")
        new.add(message, said, locations=[(place, 0)])
    with (LOCALE / f"{language}.po").open("wb") as target:
        write_po(target, new, width=0, include_lineno=False, omit_header=False)


def without_dates(text: str) -> str:
    return re.sub(r'^"(POT-Creation|PO-Revision)-Date:.*\n', "", text, flags=re.MULTILINE)


if __name__ == "__main__":
    for each in LANGUAGES:
        bring_in_step(each)
        file = LOCALE / f"{each}.po"
        file.write_text(without_dates(file.read_text(encoding="utf-8")), encoding="utf-8")
