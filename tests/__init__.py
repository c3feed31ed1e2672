"""The tests, filed under the same words as the rings."""
