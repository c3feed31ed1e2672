"""The demo town: the same for a seed, verified, never doubled."""
