"""`yangguang bench`: how fast things are, measured on this machine in one run.

Figures, no verdicts: the exit code is 0 however slow the machine. What may be compared between machines are
the ratios, since both sides of each were measured in the same run.
"""

from importlib.metadata import EntryPoint, entry_points

import click

from matcher.cli.bench_interviews import interviews
from matcher.cli.bench_vocabulary import vocabulary

BENCHES = "yangguang.benches"
"""Entry-point group of measurements that other packages bring: pages stand in web, which this package does not know."""


class BenchGroup(click.Group):
    """Finds measurements of other packages by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List all measurements in the order of the alphabet."""
        return sorted({*super().list_commands(ctx), *_others()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a measurement's command, or None if there is none of that name."""
        other = _others().get(cmd_name)
        if other is None:
            return super().get_command(ctx, cmd_name)
        command = other.load()
        if not isinstance(command, click.Command):
            raise TypeError(f"measurement {cmd_name} is not a click command")
        return command


def _others() -> dict[str, EntryPoint]:
    return {other.name: other for other in entry_points(group=BENCHES)}


@click.group(cls=BenchGroup)
def bench() -> None:
    """Measure speed on this machine."""


bench.add_command(interviews)
bench.add_command(vocabulary)
