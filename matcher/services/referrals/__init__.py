"""Referrals (推荐): from the proposal to the job, the seats held meanwhile, and the links people answer by.

Order of locks, the same everywhere, so that nobody deadlocks on PostgreSQL: graduates by id, then seats by id,
then referrals by id (`locks`), then what follows from a step (cases, tasks, clocks). A hold changes only under the
lock of its seat, and a person's referrals only under the lock of the person. A posting is never locked after a seat.
"""
