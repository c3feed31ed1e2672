"""The HTTP API: one small file a resource, each a thin shell around ledger.operations.

`app` assembles, `dependencies` is the edge (clock, random, who asks), `shapes` are the bodies,
`problems` turns refusals into RFC 9457 documents.
"""
