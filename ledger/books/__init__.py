"""The double-entry vocabulary: accounts, postings, plans, entries and receipts, all frozen."""
