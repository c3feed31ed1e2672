"""Canonical bytes, hash tree, checkpoints and the verifier; shares no code with the store."""
