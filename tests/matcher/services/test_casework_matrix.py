"""Who sees and does what in casework: role by organisation by object by act, for every use case there is.

A new use case is found by itself and must be registered in `tests/support/casework_matrix.csv` with the audience that
gets through; every actor of the world then tries it. What the code does is compared with what is spelled out by hand
in `casework_audiences`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.db.engine import make_engine
from matcher.db.engine import session_factory as make_session_factory
from matcher.keys import make_ring
from matcher.settings import load_settings
from tests.support import casework_calls
from tests.support.casework_audiences import AUDIENCES, expected
from tests.support.casework_calls import INNER, PACKAGES
from tests.support.casework_world import World, make_world
from tests.support.databases import _OUR_VARIABLES, _copy


@pytest.fixture(scope="module")
def world(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Session, World]]:
    """Give the world on a SQLite file of its own, made once: what is tried leaves nothing behind."""
    folder = tmp_path_factory.mktemp("casework")
    with pytest.MonkeyPatch.context() as patch:
        for name in _OUR_VARIABLES:
            patch.delenv(name, raising=False)
        patch.setenv("YANGGUANG_DATA", str(folder / "data"))
        settings = load_settings()
        settings.prepare()
        engine = make_engine(_copy(sqlite_template, folder))
        factory = make_session_factory(engine, make_ring(settings.keys), settings)
        with factory() as session:
            made = make_world(session)
            session.commit()
            yield session, made
        engine.dispose()


def test_every_use_case_is_registered_and_nothing_else_is() -> None:
    found, known = set(casework_calls.use_cases()), set(casework_calls.registered())

    assert sorted(found - known) == [], "register these in tests/support/casework_matrix.csv"
    assert sorted(known - found) == [], "these are gone: take them out of the table"


@pytest.mark.parametrize("package", PACKAGES)
def test_each_use_case_lets_through_whom_it_is_for_and_nobody_else(
    world: tuple[Session, World], package: str
) -> None:
    session, made = world
    lines, wrong = casework_calls.registered(), {}
    for name, use_case in casework_calls.use_cases().items():
        line = lines.get(name)
        if line is None or line.audience == INNER or not name.startswith(f"{package}."):
            continue
        wanted = expected(line.audience, set(made.actors))
        through = {
            actor
            for actor, by in made.actors.items()
            if casework_calls.reaches(session, made, by, line, use_case)
        }
        if through != wanted:
            wrong[name] = (sorted(through - wanted), sorted(wanted - through))

    assert wrong == {}, "use case: (gets through and must not, must and does not)"


def test_outsiders_and_roles_without_casework_are_in_no_audience() -> None:
    blind = {"employer", "fair_organiser", "reviewer", "auditor"}

    assert {one for who in AUDIENCES.values() for one in who if one.split("@")[0] in blind} == set()


def test_no_place_beside_or_elsewhere_gets_through_to_a_row_it_was_not_sent() -> None:
    """Such a place stands only in audiences of who asks about the own part of the tree."""
    sent = {"transfer_takers", "transfer_readers"}
    for name, who in AUDIENCES.items():
        beside = {one for one in who if one.endswith(("@sibling", "@elsewhere"))}

        assert not beside or name in sent or name.startswith("any_"), name


def test_only_the_holder_reads_the_own_file_and_nobody_reads_an_adult_childs_offers() -> None:
    reached = {name: expected(line.audience, AUDIENCES["any_person"]) for name, line in _lines()}

    assert {name for name, who in reached.items() if who} <= {
        "people_rights.own_file.copy_own_file",
        "people_rights.own_file.open_own_file",
        "people_rights.own_file.own_holder",
        "people_rights.rights.ask_own",
        "people_rights.rights.own_person",
        "people_rights.rights_lists.list_own",
        "people_rights.story_consents.own_condition",
        "people_rights.story_consents.withdraw_own",
        "people_rights.story_lists.list_own",
    }


def _lines() -> list[tuple[str, casework_calls.Registered]]:
    return [
        (name, line) for name, line in casework_calls.registered().items() if line.audience != INNER
    ]
