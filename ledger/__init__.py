"""The ledger: what a local currency's books allow, hold and prove.

Rings, from the outside in; each knows only the rings inside it, and the linter enforces it:

    operations                         what people do, one file per verb: start reading here
    rules | store | banking            what is allowed; the SQL; the bank formats
    documents                          what leaves on paper or in a spreadsheet (beside those three)
    proof                              the bytes that are sealed, and the auditor who checks them
    books                              accounts, postings, plans, entries: the vocabulary
    money | refusals                   whole cents, and every "no"

One word names a capability in every ring, so that listing the files with that word lists the
feature: its rule, its operation, its route, its page and its tests.
"""
