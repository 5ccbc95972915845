"""Use cases: who may do what, and what it changes; one file an area, named like its tables."""
