"""`photosync resolve`: asking questions in a terminal, and storing the answers."""
