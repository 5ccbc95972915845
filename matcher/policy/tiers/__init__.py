"""The tier calculator (困难类别测算): dated regional rule sets, exact arithmetic, three answers.

Pure: a rule set (`rule_sets`), what is known of a household (`inputs`) and a line give a result with its working
(`calculator`). Money is whole fen, quotients are exact fractions, a missing input is an open range (`ranges`).
"""
