"""Ranking (排序): who fits which posting, exactly, with reasons.

Pure: facts in, arrays and lists out; no database, clock or settings. The way through: `facts` →
`snapshot` (immutable arrays of one drive revision) → `engine` (top lists both ways) → `explain`
(reasons that add up) and `change` (one changed row → every list it touches).
"""
