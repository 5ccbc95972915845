"""Referrals (推荐): from the proposal to the job, the seats held meanwhile, and the links people answer by.

Order of locks, the same everywhere, so that nobody deadlocks on PostgreSQL: graduates by id, then seats by id,
then referrals by id (`locks`), then what follows from a step (cases, tasks, clocks). A hold changes only under the
lock of its seat, and a person's referrals only under the lock of the person. A posting is never locked after a seat.

Where to find what:

- ground: `sight`, `locks`, `stepping` (alone changes a state), `after_steps`, `answer_days`, `groups`
- steps: `judging`, `proposing`, `sending`, `employer_answers`, `interview_replies`, `person_answers`, `acceptance`,
  `arrivals`, `withdrawing`, `offering_again`, `attempts`; many at once: `batches`, `desk_batches`, `employer_batches`
- seats: `seat_holds`, `keeping`, `offer_count`, `seat_board`
- by the clock, without anybody's step: `looks`, `silence`, `lapsing`, `departures`, `releases`, `cascade` with
  `in_line`, `digests`
- cases and tasks: `case_work`, `task_owners`
- the desk reads: `lists`, `reading`, `previews`, `choosing`
- the employer reads: `employer_people`, `shown_people`, `employer_acts`, `employer_contact`, `employer_sheets`,
  `employer_progress`, `resumes`, `neutral_contacts`; after hiring `status_disclosures`, `status_statements`
- the person: `own_lists`, `own_resumes`, `hidden`; without an account `links`, `answer_messages`
"""
