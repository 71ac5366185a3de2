"""The outside places as observable assets: what each said last, month by month."""
