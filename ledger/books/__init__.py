"""The double-entry vocabulary: accounts, arrows, plans, entries, papers and dated terms.

Values only. `accounts` names the accounts and their limits, `journal` holds arrows, plans and
entries, `papers` the things with a life of their own (members, campaigns, redemptions ...), and
`terms` the dated parameters by which an old entry can always be recomputed.
"""
