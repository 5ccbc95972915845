"""`python -m matcher.cli` is `yangguang`, for programs that start it by the interpreter they run on."""

from matcher.cli.entry import run

run()
