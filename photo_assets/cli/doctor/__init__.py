"""`photosync doctor`: one check a line, each failure with its fix. No check changes anything."""
