"""Referrals (推荐): from the proposal to the job, with the links people answer by."""
