"""Sealed identities: what the database file, the dumps and the answers never say."""
