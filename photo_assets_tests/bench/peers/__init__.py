"""Other people's programs on the same photos: how long they take and what they find."""
