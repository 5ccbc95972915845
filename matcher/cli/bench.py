"""`yangguang bench`: how fast things are, measured on this machine in one run.

Figures, no verdicts: the exit code is 0 however slow the machine. What may be compared between machines are
the ratios, since both sides of each were measured in the same run.
"""

import click

from matcher.cli.bench_vocabulary import vocabulary


@click.group()
def bench() -> None:
    """Measure speed on this machine."""


bench.add_command(vocabulary)
