"""Courses (培训班), training referrals (培训转介), and what training would open most seats."""
