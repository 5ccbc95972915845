"""The command `yangguang`: a group whose verbs come from the entry-point group `yangguang.verbs`.

So `up` (workers), `demo` (seeds) and the verbs of this package meet without importing one another. A
verb is a click command that returns its exit code (None for 0): 0 all good, 2 some rows refused or a check not
met, 1 failure. With `--json` standard output carries one JSON value and nothing else, in failure too.
"""

import json
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from matcher.errors import YangguangError

VERBS = "yangguang.verbs"
"""Entry-point group: name of the verb = module:click command."""

FAILED = 1


class VerbGroup(click.Group):
    """Finds verbs by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the verbs in the order of the alphabet."""
        return sorted(_verbs())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb's command, or None if there is no such verb."""
        verb = _verbs().get(cmd_name)
        if verb is None:
            return None
        command = verb.load()
        if not isinstance(command, click.Command):
            raise TypeError(f"verb {cmd_name} is not a click command")
        return command


def _verbs() -> dict[str, EntryPoint]:
    return {verb.name: verb for verb in entry_points(group=VERBS)}


@click.group(cls=VerbGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yangguang")
def yangguang() -> None:
    """阳光就业：帮扶困难职工家庭高校毕业生就业。"""


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the verb's code."""
    sys.exit(outcome(sys.argv[1:] if arguments is None else arguments))


def outcome(arguments: list[str]) -> int:
    """Run the command line and return its exit code; errors become words, or JSON where it was asked for."""
    try:
        code: Any = yangguang.main(arguments, prog_name="yangguang", standalone_mode=False)
    except YangguangError as error:
        _say(arguments, error.code, error.message)
        return FAILED
    except click.Abort:
        _say(arguments, "aborted", "已中断。")
        return FAILED
    except click.ClickException as error:
        # Wrong usage is a failure here: 2 means that rows were refused or a check was not met.
        if "--json" in arguments:
            _say(arguments, "usage", error.format_message())
        else:
            error.show()
        return FAILED
    return code if isinstance(code, int) else 0


def _say(arguments: list[str], code: str, message: str) -> None:
    """Tell what went wrong on standard error, and as JSON on standard output if asked."""
    click.echo(f"yangguang: {message}", err=True)
    if "--json" in arguments:
        answer = {"error": {"code": code, "message": message}}
        click.echo(json.dumps(answer, ensure_ascii=False))
