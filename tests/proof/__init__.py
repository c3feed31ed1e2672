"""The auditor: tree, checkpoints, reading, verifying, and what happens to tamperers."""
