"""`yangguang up` with a stub for the web and the jobs of the tests."""

import sys

import click

from matcher.errors import YangguangError
from matcher.settings import load_settings
from workers.logs import set_up_logging
from workers.up import run_up


def main() -> int:
    """Run until a signal; the address is printed when all is ready."""
    set_up_logging()
    try:
        return run_up(
            load_settings(),
            on_ready=lambda address: click.echo(f"READY {address}"),
            web_app="tests.workers.stub_web:create_app()",
            celery_app="tests.workers.celery_under_test",
        )
    except YangguangError as error:
        click.echo(error.code, err=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
