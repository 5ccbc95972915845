"""The compiled plan (安置内核): what a plan is solved with, one page a file.

Read in this order: `seating` (who is held by a posting, group of seats after group), `acceptance` (graduates propose,
postings choose), `paths` (one more person seated while others move over), `coverage` (everybody who is guaranteed a
seat), `deficiency` (who cannot all be seated, and why), `objections` (pairs that would rather have each other).

Everything is integer arithmetic on arrays that are checked in `matcher.allocation.market`; what the rules mean is
written out slowly in `tests/oracles/allocation.py` and held against this.
"""
