"""Whom a drive's figures count (统计人群): the census, joining, leaving, corrections, as a log."""
