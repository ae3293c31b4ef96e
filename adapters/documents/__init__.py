"""Letters: from plain data to a PDF that an office may sign."""
