"""Days in SQL, the same on both databases: of an instant by China's clock, and of an ISO day in a log's facts."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class china_day(FunctionElement[dt.date]):  # noqa: N801 - reads like a function of SQL
    """The day in China of an instant."""

    type = sa.Date()
    inherit_cache = True


class iso_day(FunctionElement[dt.date]):  # noqa: N801 - reads like a function of SQL
    """The day an ISO text (2026-08-31) names; NULL stays NULL."""

    type = sa.Date()
    inherit_cache = True


class earlier_day(FunctionElement[dt.date]):  # noqa: N801 - reads like a function of SQL
    """The earlier of two days; the other one where one is NULL."""

    type = sa.Date()
    inherit_cache = True


@compiles(china_day, "sqlite")
def _china_day_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+8 hours')"


@compiles(china_day, "postgresql")
def _china_day_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(timezone('Asia/Shanghai', {compiler.process(element.clauses, **kw)}) AS DATE)"


@compiles(iso_day, "sqlite")
def _iso_day_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)})"  # SQLite keeps days as such text


@compiles(iso_day, "postgresql")
def _iso_day_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS DATE)"


@compiles(earlier_day, "sqlite")
def _earlier_day_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    one, other = (compiler.process(part, **kw) for part in element.clauses)
    return f"min(coalesce({one}, {other}), coalesce({other}, {one}))"


@compiles(earlier_day, "postgresql")
def _earlier_day_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"least({compiler.process(element.clauses, **kw)})"
