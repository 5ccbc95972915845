"""Reporting (上报): periods, sheets that are filled, reviewed, sent up, accepted or returned, locks, typed figures."""
