"""A whole drive, simulated: people, employers and clerks act through the real use cases, day by day.

Seeded: the same seed gives the same drive. Time is the simulator's own (`matcher.clock.set_by_hand`), background
work is done in the process by whoever is handed in. Reused by tests, by the statistics sheet and for loads.

The way through the folder: `town` founds the drive by the real imports; `temperament` says how somebody behaves;
`agenda` holds what happens when, `mornings` what each day brings; a turn (`turns`) is on one of four roads:
`referral_road` (its steps in `acts` and `clerks`), `course_road`, `training_road`, `follow_up_road`; `faults` lets
things go wrong; `invariants` asks the rules (`rules`, `work_rules`, `course_rules`) after every step and every day;
`drive` is the loop, `report` what came of it.
"""
