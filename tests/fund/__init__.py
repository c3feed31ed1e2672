"""The fund, from the bank files on."""
