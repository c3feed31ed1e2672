"""The desks: one per profession; each page calls the same operation as the API."""
