"""People, logins, sessions and machines."""
