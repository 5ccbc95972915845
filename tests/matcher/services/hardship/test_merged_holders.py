"""A household has one holder, also after two files of different holders became one."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds import Role
from matcher.models.households import HouseholdMember
from matcher.services.hardship import merge_undo, merging
from matcher.services.hardship.merge_previews import FORMER_HOLDER
from matcher.services.hardship.merging import MergeChoices
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_household, make_member


def _holders(session: Session) -> list[tuple[str, str, bool]]:
    columns = HouseholdMember.name, HouseholdMember.relation, HouseholdMember.is_holder
    found = session.execute(sa.select(*columns).order_by(HouseholdMember.id))
    return [tuple(row) for row in found]


def test_the_other_holder_is_no_holder_nor_oneself_until_the_merge_is_undone(
    session: Session,
) -> None:
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    kept, gone = make_household(session, union), make_household(session, union)
    make_member(session, kept, name="王某", relation="本人", is_holder=True)
    make_member(session, gone, name="李某", relation="本人", is_holder=True)
    before = _holders(session)

    merge = merging.merge_files(
        session, worker, kept.id, gone.id, MergeChoices(), reason="夫妻两人各建一份"
    )
    merged = _holders(session)
    merge_undo.undo_merge(session, worker, merge.public_id)

    assert merged == [("王某", "本人", True), ("李某", FORMER_HOLDER, False)]
    assert _holders(session) == before
