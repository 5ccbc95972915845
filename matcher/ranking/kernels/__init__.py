"""The compiled engine (排序内核): what the lists of a snapshot are computed with, one page a file.

Read in this order: `records` (what is known of a row), `places` and `points` (the score model of one pair),
`text` (similarity and its bound), `heap` and `shortlist` (the best of many), `walk_postings` and
`walk_graduates` (who is compared with whom), `pairs` (pairs taken apart for explanations). `matcher.compiling` says how
and where compiled code is kept.

Everything is integer arithmetic, so a list does not depend on processor, thread or order. The score model stands
here alone; `tests/oracles` holds it against a slow one written on facts and against one written with numpy.
"""
