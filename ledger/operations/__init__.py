"""What people do, one module a verb: the only thing that api, admin and scripts call.

`ledger` opens the books and posts; `access` says who may; each other module holds the operations
of one capability as frozen values with `needs` and `plan`, and the questions that belong to it.
"""
