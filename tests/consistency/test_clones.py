"""The databases tests get are like the template, whatever the test before did to them."""

import sqlalchemy as sa

from tests.support.postgres import Clones

_SEED = """INSERT INTO union_org (public_id, code, name, kind)
    VALUES ('{0}', '{0}', '{0}', 'city')"""


def _do(url: str, *statements: str) -> list[object]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        told = [connection.exec_driver_sql(one) for one in statements]
        return [one.scalar() if one.returns_rows else None for one in told]


def test_a_database_given_back_has_no_rows_and_counts_from_one(postgres_clones: Clones) -> None:
    url = postgres_clones.take()
    _do(url, _SEED.format("a"), _SEED.format("b"))
    postgres_clones.give_back()

    again = postgres_clones.take()

    assert again == url
    (_, numbered) = _do(again, _SEED.format("c"), "SELECT string_agg(id::text, ',') FROM union_org")
    assert numbered == "1"
    postgres_clones.give_back()


def test_a_database_whose_schema_changed_is_thrown_away(postgres_clones: Clones) -> None:
    url = postgres_clones.take()
    _do(url, "ALTER TABLE task DISABLE TRIGGER ALL", "CREATE TABLE left_over (id int)")
    postgres_clones.give_back()

    assert postgres_clones.take() != url
    postgres_clones.give_back()
