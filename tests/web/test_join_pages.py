"""Files joined, moved and served elsewhere at the screen."""

import datetime as dt
import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import HardshipTier, Role
from matcher.kinds.households import FileState
from matcher.kinds.joins import CooperationState, TransferState
from matcher.models.file_joins import Cooperation, CooperationAct, FileMerge, FileTransfer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate, make_household, make_member
from tests.support.pages import PageClient
from tests.web.conftest import SignInAs

_BORN = dt.date(1975, 3, 2)


@dataclass
class Two:
    """Caseworkers of two unions, and two files of one household at the first."""

    here: PageClient
    there: PageClient
    target: Union
    kept: Household
    gone: Household
    graduate: Graduate


@pytest.fixture
def two(sqlite_factory: SessionFactory, signed_in_as: SignInAs) -> Two:
    with transaction(sqlite_factory) as session:
        source, target = make_union(session), make_union(session, name="石嘴山市总工会")
        here = make_actor(session, Role.CASEWORKER, union=source)
        there = make_actor(session, Role.CASEWORKER, union=target)
        kept = make_household(session, source, tier=HardshipTier.RELATIVE)
        gone = make_household(session, source, tier=HardshipTier.DEEP, unit_name="第二棉纺厂")
        for one in (kept, gone):
            make_member(session, one, name="王建国", is_holder=True, birth_on=_BORN)
        graduate = make_graduate(
            session, source, household=kept, name="王小明", phone="13800000001"
        )
    return Two(signed_in_as(here), signed_in_as(there), target, kept, gone, graduate)


def _undo_address(page: str) -> str:
    found = re.search(r'action="(/files/merges/\w+/undo)"', page)
    assert found is not None
    return found.group(1)


def test_the_twin_of_a_file_is_offered_compared_and_merged_and_the_merge_is_undone(
    two: Two, sqlite_factory: SessionFactory
) -> None:
    address = f"/files/{two.kept.public_id}/merge"
    offered = two.here.get(address).text
    assert two.gone.file_number in offered
    assert "王建国" not in offered

    side_by_side = two.here.get(f"{address}?with={two.gone.public_id}").text
    assert "第二棉纺厂" in side_by_side
    fields = {"with": two.gone.public_id, "head.tier": "gone"}
    assert two.here.submit(address, **fields).status_code == 422
    done = two.here.submit(address, **fields, reason="两次建档，户主相同")

    assert done.status_code == 303
    with reading(sqlite_factory) as session:
        merged = session.get_one(Household, two.gone.id)
        kept = session.get_one(Household, two.kept.id)
        assert (merged.state, kept.tier, kept.unit_name) == (
            FileState.MERGED,
            HardshipTier.DEEP,
            "第二棉纺厂",
        )
    assert two.here.submit(_undo_address(two.here.get(address).text)).status_code == 303
    with reading(sqlite_factory) as session:
        assert session.get_one(Household, two.gone.id).state is FileState.ACTIVE
        assert session.scalars(sa.select(FileMerge)).one().undone_at is not None


def test_a_file_is_offered_to_a_union_found_by_name_and_taken_over_there(
    two: Two, sqlite_factory: SessionFactory
) -> None:
    address = f"/files/{two.kept.public_id}/transfer"
    assert two.target.code in two.here.get(f"{address}?q=石嘴山").text
    assert two.here.submit(address, to_union_code="nowhere", reason="x").status_code == 422

    two.here.submit(address, to_union_code=two.target.code, reason="户口迁移")
    with reading(sqlite_factory) as session:
        transfer = session.scalars(sa.select(FileTransfer)).one()
    waiting = two.there.get("/transfers").text
    assert two.kept.file_number in waiting
    assert "王" not in waiting
    assert two.there.submit(f"/transfers/{transfer.public_id}/decline").status_code == 422
    two.there.submit(f"/transfers/{transfer.public_id}/accept")

    with reading(sqlite_factory) as session:
        assert session.get_one(FileTransfer, transfer.id).state is TransferState.ACCEPTED
        assert session.get_one(Household, two.kept.id).union_id == two.target.id
    assert two.here.get(address).status_code == 404


def _ask(two: Two, **changes: object) -> int:
    fields: dict[str, object] = {
        "person": f"g{two.graduate.id}",
        "kind": "workplace",
        "scope": ["posts", "news"],
        "partner_code": two.target.code,
        "expires_on": (clock.today() + dt.timedelta(days=90)).isoformat(),
        "paper_consent_on": clock.today().isoformat(),
        "paper_consent_by": "本人",
    }
    address = f"/files/{two.kept.public_id}/cooperation"
    return two.here.submit(address, **(fields | changes)).status_code


def _row(factory: SessionFactory) -> Cooperation:
    with reading(factory) as session:
        return session.scalars(sa.select(Cooperation)).one()


def test_another_union_is_asked_with_consent_accepts_serves_and_both_read_the_record(
    two: Two, sqlite_factory: SessionFactory
) -> None:
    assert _ask(two, paper_consent_on="", paper_consent_by="") == 422
    assert _ask(two) == 303
    address = f"/cooperation/{_row(sqlite_factory).public_id}"
    before = two.there.get(address).text
    assert "接受后可见" in before

    two.there.submit(f"{address}/answer", accept="true")
    after = two.there.get(address).text
    assert "王*明" in after
    assert "13800000001" not in after
    assert "13800000001" in two.there.submit(f"{address}/phone").text
    note = {"kind": "service", "happened_on": clock.today().isoformat(), "text": "推荐两家单位"}
    assert two.there.submit(f"{address}/acts", **note).status_code == 303
    assert "推荐两家单位" in two.here.get(address).text

    two.here.submit(f"{address}/end", reason="已就业")
    assert _row(sqlite_factory).state is CooperationState.ENDED
    assert two.there.get(address).status_code == 404


def test_the_other_union_reads_no_word_of_the_household(
    two: Two, sqlite_factory: SessionFactory
) -> None:
    _ask(two)
    address = f"/cooperation/{_row(sqlite_factory).public_id}"
    two.there.submit(f"{address}/answer", accept="true")

    page = re.sub(r"(?s)<nav.*?</nav>", "", two.there.get(address).text)

    for word in (two.kept.file_number, "困难", "零就业", "王建国", "相对困难"):
        assert word not in page


def test_a_union_off_the_system_gets_a_letter_and_its_reply_is_recorded(
    two: Two, sqlite_factory: SessionFactory
) -> None:
    assert _ask(two, partner_code="", partner_name="乌鲁木齐市总工会") == 303
    address = f"/cooperation/{_row(sqlite_factory).public_id}"

    letter = two.here.submit(f"{address}/letter")
    two.here.submit(
        f"{address}/reply", accept="true", text="同意", replied_on=clock.today().isoformat()
    )

    assert letter.mimetype == "application/pdf"
    assert letter.data.startswith(b"%PDF")
    assert _row(sqlite_factory).state is CooperationState.RUNNING
    with reading(sqlite_factory) as session:
        found = sa.select(CooperationAct.on_behalf_of).order_by(CooperationAct.id)
        assert session.scalars(found).all() == [None, "乌鲁木齐市总工会"]
