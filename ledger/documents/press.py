"""The press: a template and its values become a tagged PDF (PDF/UA-1), the same bytes each time.

Values reach the template as one JSON text in `sys.inputs`, never as source, so that nothing a
person wrote can become markup. Only the fonts that come with typst are used; a template imports
nothing but `house.typ`, so the press never reaches for the network.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

import orjson
import typst

from ledger.books.journal import Json
from ledger.documents.words import spoken

TEMPLATES: Final = Path(__file__).parent
_FONTS: Final = typst.Fonts(include_system_fonts=False)

Values: TypeAlias = Mapping[str, Json]


def printed(  # noqa: PLR0913 - what every document has
    template: str, values: Values, *, title: str, currency: str, language: str, at: datetime
) -> bytes:
    """Print `<template>.typ`: PDF bytes that depend on the arguments alone.

    `title` and `language` also stand in the file for screen readers, `at` as its date; `currency`
    is the name that heads each page. The template sees `values` and the words of its language.
    """
    told = {
        "title": title,
        "currency": currency,
        "language": language,
        "words": spoken(language),
        **values,
    }
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_FONTS,
        format="pdf",
        sys_inputs={"values": orjson.dumps(told).decode()},
        pdf_standards="ua-1",
        timestamp=at.astimezone(UTC).replace(microsecond=0),  # a PDF counts in seconds
    )
