"""What the words of postings and graduates mean: majors, regions, occupations, pay, levels.

Pure code over dated tables in `vocabulary/data`; nothing here knows a database, a clock or a user.
"""
