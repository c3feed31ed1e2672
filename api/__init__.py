"""The HTTP API: one small file per resource, each a translation to an operation."""
