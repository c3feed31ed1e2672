"""Bank files: bytes in, values out, and a clear refusal for everything that cannot be trusted.

    detect.py       which format is this? the one function that importers call
    ├── camt.py         camt.052, camt.053 and camt.054, versions 02 to 13
    │   ├── entries.py      one entry of a camt message, with its details
    │   └── xml.py          hostile XML made harmless, streamed in records
    ├── cfonb120.py     the French fixed-width statement
    ├── mt940.py        SWIFT's fields between colons
    │   └── mt940_text.py   the words of a movement in three dialects
    ├── ofx.py          OFX as SGML and as XML
    ├── csv_statement.py    a bank's table, read by
    │   └── csv_profiles.py     a profile: how one bank writes it, declared in TOML
    ├── archive.py      a zip of several, unpacked within bounds
    └── text.py         encodings and amounts of the plain-text formats
    pain002.py      the bank's answer to a payment file, which is no statement
    ownership.py    whether a statement is of one of our accounts
    statements.py   Statement, Line, Detail, Balance: what every format becomes
    identity.py     the name of a line, so that importing a file twice changes nothing
    references.py   RF creditor references (ISO 11649) and IBANs

Everything here is pure: no file is opened, no clock is read, nothing is rounded. Amounts are the
exact decimals of the file; `statements.minor` turns them into cents or refuses.
"""
