"""Whom a drive's figures count (统计人群): the census, joining, leaving, corrections, as a log."""

NIGHT_JOB = "cohorts.night"
"""Name of the job that takes due censuses and counts who came since."""
