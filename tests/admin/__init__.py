"""The desks, asked as a browser asks: headers, words, forms, and a real Chromium."""
