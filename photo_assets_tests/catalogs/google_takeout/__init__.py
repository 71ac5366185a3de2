"""The Takeout reader on exports built here, whole and hostile."""
