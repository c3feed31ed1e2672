"""The rules alone: values in, a plan or a refusal out; no books, no clock."""
