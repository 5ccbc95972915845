"""A whole drive, simulated: people, employers and clerks act through the real use cases, day by day.

Seeded: the same seed gives the same drive. Time is the simulator's own (`matcher.clock.set_by_hand`), background
work is done in the process by whoever is handed in. Reused by tests, by the statistics sheet and for loads.

The way through the folder: `town` founds the drive by the real imports; `temperament` says how somebody behaves;
`agenda` holds what happens when; `acts` are the steps, each one use case in one transaction; `faults` lets things go
wrong; `invariants` looks at the tables by plain questions, after every step and every day; `drive` is the loop.
"""
