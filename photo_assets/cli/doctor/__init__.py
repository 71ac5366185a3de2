"""`photosync doctor`: one line per check, each failure with its fix. Checks change nothing."""
