"""What a change would decide differently is shown before it is made, and is what making it does."""

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError
from matcher.kinds import Verdict
from matcher.models.ranking_runs import RankingChange
from matcher.models.readings import RequirementTerm
from matcher.services.drive_majors import drive_majors
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor
from matcher.services.postings import get_posting
from matcher.services.requirement_corrections import correct_reading
from matcher.services.requirement_terms import NewTerm, TermChange, change_terms
from matcher.services.requirement_views import requirement_view
from matcher.services.term_effects import Effects, term_effects
from matcher.vocabulary.requirements import Meaning
from tests.factories.ranked_drives import rank
from tests.factories.readings import (
    ALIAS,
    ALIAS_TEXT,
    ISSUER,
    ReadingWorld,
    make_reading_world,
)

_ALIAS = NewTerm(words=ALIAS, meaning=Meaning.NODE, target="national:1202", issuer=ISSUER)
_ADDED = TermChange(added=[_ALIAS])


@pytest.fixture
def world(session_factory: SessionFactory) -> ReadingWorld:
    with transaction(session_factory) as session:
        made = make_reading_world(session)
    rank(session_factory, made.drive_id)
    return made


def _effects(
    factory: SessionFactory,
    world: ReadingWorld,
    change: TermChange,
    by: Actor | None = None,
    posting_id: int | None = None,
) -> Effects:
    with reading(factory) as session:
        return term_effects(session, by or world.manager, change, posting_id=posting_id)


def _said(effects: Effects) -> dict[str, tuple[Verdict, Verdict]]:
    (text,) = effects.texts
    return {one.major.name: (one.before, one.after) for one in text.majors}


def _verdicts(factory: SessionFactory, world: ReadingWorld) -> dict[str, Verdict]:
    with reading(factory) as session:
        majors = drive_majors(
            session, world.manager, get_drive(session, world.manager, world.drive_id)
        )
        assert majors is not None
        posting = get_posting(session, world.manager, world.alias_id).posting
        view = requirement_view(session, world.manager, posting)
        said = {answer.major.name: answer.verdict for answer in view.majors}
        return {ref.name: said.get(ref.name, Verdict.NO) for ref in majors.leaves}


def test_the_texts_majors_and_people_of_a_new_alias_are_shown(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    effects = _effects(session_factory, world, _ADDED)

    assert (effects.texts[0].text, effects.texts[0].posting_id) == (ALIAS_TEXT, world.alias_id)
    assert (effects.n_postings, effects.n_people, effects.n_touched) == (1, 4, 1)
    assert _said(effects) == {
        "会计学": (Verdict.MAYBE, Verdict.YES),
        "财务管理": (Verdict.MAYBE, Verdict.YES),
        "软件工程": (Verdict.MAYBE, Verdict.NO),
    }


def test_what_is_shown_is_what_making_the_change_does(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    shown = _said(_effects(session_factory, world, _ADDED))
    before = _verdicts(session_factory, world)
    with transaction(session_factory) as session:
        made = change_terms(session, world.manager, _ADDED, reason="口径")
        ended = TermChange(ended={made[0].id: None})
    after = _verdicts(session_factory, world)

    differing = {name for name in before if before[name] is not after[name]}
    assert shown == {name: (before[name], after[name]) for name in differing}
    backwards = _said(_effects(session_factory, world, ended))
    assert backwards == {name: (after[name], before[name]) for name in differing}


def test_a_change_that_decides_nothing_differently_shows_what_it_touches(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    same = NewTerm(words="土木工程", meaning=Meaning.NODE, target="national:081001", issuer=ISSUER)

    effects = _effects(session_factory, world, TermChange(added=[same]))

    assert (effects.texts, effects.n_people, effects.n_touched) == ((), 0, 1)


def test_a_preview_writes_nothing(session_factory: SessionFactory, world: ReadingWorld) -> None:
    with transaction(session_factory) as session:
        term_effects(session, world.manager, _ADDED)

    with reading(session_factory) as session:
        for table in (RequirementTerm, RankingChange):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_an_administrator_sees_the_effects_in_all_drives_below(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    assert _effects(session_factory, world, _ADDED, by=world.administrator).n_people == 4
    assert _effects(session_factory, world, _ADDED, by=world.outsider).n_touched == 0


def test_a_correction_is_previewed_for_its_text_with_what_it_takes_the_place_of(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    with transaction(session_factory) as session:
        correct_reading(session, world.manager, world.alias_id, added=[_ALIAS], reason="读错了")
    law = NewTerm(words=ALIAS, meaning=Meaning.NODE, target="national:0301")

    effects = _effects(session_factory, world, TermChange(added=[law]), posting_id=world.alias_id)

    assert _said(effects) == {
        "会计学": (Verdict.YES, Verdict.NO),
        "财务管理": (Verdict.YES, Verdict.NO),
    }


def test_a_drive_never_ranked_is_counted_apart(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        world = make_reading_world(session)

    effects = _effects(session_factory, world, _ADDED)

    assert (effects.n_touched, effects.n_unranked, effects.texts) == (1, 1, ())


def test_who_may_not_change_may_not_preview(
    session_factory: SessionFactory, world: ReadingWorld
) -> None:
    for by, posting_id in (
        (world.caseworker, None),
        (world.caseworker, world.alias_id),
        (world.administrator, world.alias_id),
    ):
        with pytest.raises(NotAllowedError):
            _effects(session_factory, world, _ADDED, by=by, posting_id=posting_id)
    with pytest.raises(NotFoundError):
        _effects(session_factory, world, _ADDED, by=world.outsider, posting_id=world.alias_id)
    wrong = NewTerm(words=ALIAS, meaning=Meaning.NODE, target="national:9999")
    with pytest.raises(InvalidInputError):
        _effects(session_factory, world, TermChange(added=[wrong]))
