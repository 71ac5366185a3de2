"""Private words (canaries), planted in every catalog and every field that can contain them."""
