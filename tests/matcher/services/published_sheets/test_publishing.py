"""Publishing final sheets: small counts stay back for good, versions know of each other, links show no more."""

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.sheets import SheetState
from matcher.models.audit import AuditEntry
from matcher.models.published_sheets import PublishedSheet
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services.published_sheets import publishing, reading
from matcher.services.published_sheets.contents import WITHHELD, digest_of
from matcher.statistics.published_versions import read_place
from tests.factories.accounts import make_actor
from tests.factories.published_sheets import Counts, make_final_sheet
from tests.factories.sheets import DAY, Tree, make_period, make_tree


@pytest.fixture
def tree(session: Session) -> Tree:
    """Give a city with counties and a drive."""
    return make_tree(session, n_people=0)


@pytest.fixture
def period(session: Session, tree: Tree) -> ReportPeriod:
    """Give a period of the drive."""
    return make_period(session, tree)


def _people(count: int, *, signed: int = 0, helped: int = 0) -> Counts:
    need = count - signed
    return {
        "graduates": count,
        "graduates_this_year": count,
        "signed": signed,
        "need_help": need,
        "served": need,
        "helped": helped,
        "helped_unit": helped,
    }


def _city(session: Session, tree: Tree, period: ReportPeriod, *helped: int) -> Sheet:
    unions = (tree.county, tree.other, tree.offline)
    parts = {one.id: _people(60, helped=n) for one, n in zip(unions, helped, strict=True)}
    return make_final_sheet(session, period, tree.city, parts)


def _line(version: PublishedSheet, code: str) -> object:
    return next(one["value"] for one in version.content["lines"] if one["code"] == code)


def _parts(version: PublishedSheet, code: str) -> list[object]:
    return [one["values"][code] for one in version.content["parts"]]


def test_a_small_count_is_withheld_with_one_that_would_tell_it(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    sheet = _city(session, tree, period, 3, 40, 30)

    version = publishing.publish(session, tree.manager, sheet.public_id)

    assert _line(version, "helped") == 73
    assert _parts(version, "helped").count(WITHHELD) == 2
    assert _parts(version, "helped")[0] == WITHHELD
    assert _parts(version, "graduates") == [60, 60, 60]


def test_a_share_goes_with_the_count_it_is_made_of(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    sheet = _city(session, tree, period, 3, 40, 30)

    version = publishing.publish(session, tree.manager, sheet.public_id)

    kept = [one == WITHHELD for one in _parts(version, "helped")]
    assert [one == WITHHELD for one in _parts(version, "helped_rate")] == kept
    assert _line(version, "helped_rate") != WITHHELD


def test_no_withheld_figure_and_nobodys_name_is_in_what_is_shown(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    sheet = _city(session, tree, period, 3, 47, 30)
    sheet.filled_by_name, sheet.led_by_name = "王填报", "李负责"

    version = publishing.publish(session, tree.manager, sheet.public_id)
    told = json.dumps(version.content, ensure_ascii=False)

    assert "王填报" not in told
    assert "李负责" not in told
    assert str(sheet.digest) not in told
    assert version.digest == digest_of(version.content)
    names = [one["name"] for one in version.content["parts"]]
    unions = {one.id: names.index(one.name) for one in (tree.county, tree.other, tree.offline)}
    for place in map(read_place, version.withheld):
        if place.union_id in unions and place.code in version.content["parts"][0]["values"]:
            assert _parts(version, place.code)[unions[place.union_id]] == WITHHELD


def test_a_county_does_not_tell_later_what_the_city_withheld(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    city = _city(session, tree, period, 3, 40, 30)
    first = publishing.publish(session, tree.manager, city.public_id)
    kept = {read_place(one).union_id for one in first.withheld if ":helped:" in one}
    (partner,) = kept - {tree.county.id}
    union = next(one for one in (tree.other, tree.offline) if one.id == partner)
    own = {tree.other.id: 40, tree.offline.id: 30}[partner]
    its = make_final_sheet(session, period, union, {partner: _people(60, helped=own)})

    second = publishing.publish(session, tree.manager, its.public_id)

    assert _line(second, "helped") == WITHHELD
    assert _line(second, "graduates") == 60


def test_a_version_taken_back_is_still_reckoned_with(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    city = _city(session, tree, period, 20, 40, 30)
    first = publishing.publish(session, tree.manager, city.public_id)
    publishing.withdraw(session, tree.manager, first.public_id)
    later = make_period(session, tree, name="再报", until_on=period.until_on)
    moved = _city(session, tree, later, 22, 40, 30)

    second = publishing.publish(session, tree.manager, moved.public_id)

    assert _parts(second, "helped")[0] == WITHHELD
    assert second.number == first.number + 1


@pytest.mark.parametrize(
    "state", [SheetState.FILLED, SheetState.SUBMITTED, SheetState.RETURNED, SheetState.SEALED]
)
def test_only_a_final_sheet_is_published(
    session: Session, tree: Tree, period: ReportPeriod, state: SheetState
) -> None:
    parts = {tree.county.id: _people(60)}
    sheet = make_final_sheet(session, period, tree.county, parts)
    sheet.signature = None if state is SheetState.FILLED else sheet.signature
    sheet.state = state
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        publishing.publish(session, tree.manager, sheet.public_id)

    assert refused.value.code == "sheet_not_final"
    assert publishing.list_publishable(session, tree.manager, tree.drive.id) == []


def test_a_submitted_sheet_is_final_once_its_period_is_locked(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    parts = {tree.city.id: _people(60)}
    sheet = make_final_sheet(session, period, tree.city, parts, state=SheetState.SUBMITTED)
    period.locked_at, period.digest = clock.now(), "0" * 64
    session.flush()

    publishing.publish(session, tree.manager, sheet.public_id)

    (row,) = publishing.list_publishable(session, tree.manager, tree.drive.id)
    assert row.version is not None


def test_publishing_twice_is_publishing_once(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    sheet = _city(session, tree, period, 20, 40, 30)

    first = publishing.publish(session, tree.manager, sheet.public_id)
    second = publishing.publish(session, tree.manager, sheet.public_id)

    assert first.id == second.id
    assert session.scalar(sa.select(sa.func.count()).select_from(PublishedSheet)) == 1


def test_what_is_published_is_what_was_seen(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    sheet = _city(session, tree, period, 20, 40, 30)
    seen = publishing.preview(session, tree.manager, sheet.public_id)

    with pytest.raises(RuleBrokenError) as refused:
        publishing.publish(session, tree.manager, sheet.public_id, expected_digest="0" * 64)
    version = publishing.publish(
        session, tree.manager, sheet.public_id, expected_digest=digest_of(seen.content)
    )

    assert refused.value.code == "publication_changed"
    assert version.content == seen.content


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.APPROVER, Role.FAIR_ORGANISER])
def test_only_who_manages_drives_publishes(
    session: Session, tree: Tree, period: ReportPeriod, role: Role
) -> None:
    sheet = _city(session, tree, period, 20, 40, 30)

    with pytest.raises(NotAllowedError):
        publishing.publish(session, make_actor(session, role, union=tree.city), sheet.public_id)


def test_a_sheet_of_others_is_not_there(session: Session, tree: Tree, period: ReportPeriod) -> None:
    sheet = _city(session, tree, period, 20, 40, 30)
    stranger = make_actor(session, Role.DRIVE_MANAGER, union=tree.other)

    with pytest.raises(NotFoundError):
        publishing.publish(session, stranger, sheet.public_id)


def test_publishing_and_taking_back_stand_in_the_trail_without_figures(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    sheet = _city(session, tree, period, 3, 40, 30)
    version = publishing.publish(session, tree.manager, sheet.public_id)
    publishing.withdraw(session, tree.manager, version.public_id)
    publishing.withdraw(session, tree.manager, version.public_id)
    session.commit()

    told = session.scalars(
        sa.select(AuditEntry.action)
        .where(AuditEntry.subject_kind == publishing.SUBJECT)
        .order_by(AuditEntry.number)
    ).all()
    assert told == ["sheet.published", "sheet.withdrawn"]


def test_a_link_finds_its_version_and_the_others_that_stand(
    session: Session, tree: Tree, period: ReportPeriod
) -> None:
    first = publishing.publish(
        session, tree.manager, _city(session, tree, period, 20, 40, 30).public_id
    )
    later = make_period(
        session, tree, name="再报", until_on=period.until_on, due_on=clock.today() + 3 * DAY
    )
    second = publishing.publish(
        session, tree.manager, _city(session, tree, later, 30, 50, 40).public_id
    )

    assert reading.read_by_link(session, first.token).id == first.id
    assert [one.id for one in reading.list_of_union(session, first)] == [second.id, first.id]
    with pytest.raises(NotFoundError):
        reading.read_by_link(session, "nothing")
