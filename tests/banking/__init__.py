"""Bank files, read strictly: our own fixtures, and public ones when they are at hand."""
