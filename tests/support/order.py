"""Rows of a select without an order come back shuffled, so that no code leans on chance."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session


def _shuffle(state: ORMExecuteState) -> None:
    """Add a random order to a select that has none; a refresh of one row needs none."""
    statement = state.statement
    if (
        state.is_select
        and not state.is_column_load
        and isinstance(statement, sa.Select)
        and not statement._order_by_clauses
        and not statement._distinct
    ):
        state.statement = statement.order_by(sa.func.random())


@pytest.fixture(autouse=True, scope="session")
def _shuffled_selects() -> Iterator[None]:
    sa.event.listen(Session, "do_orm_execute", _shuffle)
    yield
    sa.event.remove(Session, "do_orm_execute", _shuffle)
