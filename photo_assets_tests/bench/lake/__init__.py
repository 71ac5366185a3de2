"""A synthetic lake at any size: who is one photo, what each catalog says, what its files hold.

Everything is drawn from (seed, what is asked, number) alone, whole columns at a time, so a month
can be made without the others and a million items take no row-by-row work. `lake_at_scale` is the
program.
"""
