"""The command line, each command as an operator runs it."""
