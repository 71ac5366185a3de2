"""Words that must not leave, planted in every catalog and every field that can hold them."""
