"""What the law says: procedures, their scenarios, letters, calendars and sources."""
