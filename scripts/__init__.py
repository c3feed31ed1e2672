"""The command line's Python, one file per command, beside the bash that prepares its room."""
