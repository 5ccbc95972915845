"""Migrations (数据库迁移): numbered revisions, one line of history, run from the installed package.

`run.py` is the door for the program and the tests; `alembic` on the command line reads the same
folder through `[tool.alembic]` of pyproject.toml. Revisions import no models: a model of tomorrow
must not change what a revision of yesterday did.
"""
