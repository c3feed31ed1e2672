"""What people do, one file per verb; all that API, desks and command line ever call."""
