"""The store, asked through its own doors."""
