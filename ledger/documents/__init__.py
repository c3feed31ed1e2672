"""What leaves the books on paper or in a spreadsheet: values in, bytes out, the same each time.

    press.py        prints a template with its values: tagged PDF (PDF/UA-1) in one language
    ├── house.typ       the look that all documents share: fonts, margins, page numbers
    └── *.typ           one template a document, named like the module that fills it
    wallet.py       a member's statement over a period, as PDF, CSV and XLSX
    receipt.py      the receipt of an entry, with the code of the page that checks it
    certificate.py  the certificate of a reconciliation, whose signed file is the proof
    poster.py       a shop's poster, with the code that pays it
    journal.py      the journal as a table, CSV and XLSX
    sheets.py       rows that a French spreadsheet opens right, none of them a formula
    writing.py      amounts, days and instants as one reads them in French and English
    words.py        what documents say, in both languages side by side

Everything here is pure: no clock, no network, no font of the machine. To add a document:

1. `<name>.py` holds a frozen value of what the document says and a function that hands it to
   `press.printed` as plain JSON: amounts and days already written by `writing.Writing`.
2. `<name>.typ` imports `house.typ` and shows `values` inside `sheet`. Values come as data only,
   never as source, so nobody's name can become markup.
3. Its words stand in `words.py`, both languages side by side; a test finds those that lack.
4. The operation that reads the books calls it; the instant comes from the caller's context, and
   the same values and instant give the same bytes.
"""
