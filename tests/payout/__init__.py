"""Money out: files for the bank, and what becomes of them."""
