"""The contract of the HTTP API, asked of a real server on both engines."""
