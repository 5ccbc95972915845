"""Figures (统计数字): every one is a query over append-only logs, cut at a moment, with the rows it counts.

`moments` says when and as known when, `cuts` whose, the family modules (`people`, `services_done`, `courses`,
`events`, `offers`, `money`, `households`) hold one row source each, and `families` which line is counted from which.
A figure and its list are the same condition on the same rows.
"""
