"""The Takeout reader on exports built here, valid and malicious."""
