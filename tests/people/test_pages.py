"""Signing in without JavaScript: invited, enrolled, let in, and what ends it."""
