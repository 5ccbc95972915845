"""A sheet's way: filled, reviewed by another, sent up, returned with comments, sent again, accepted."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import Role, TaskState
from matcher.kinds.sheets import CommentKind, SheetAct, SheetState
from matcher.models.sheets import Sheet, SheetStep
from matcher.models.tasks import Task
from matcher.services.reports import deciding, filling
from matcher.services.reports.comments import list_comments
from matcher.services.reports.deciding import Remark
from matcher.services.reports.sheet_lines import sheet_of_day, view_sheet
from matcher.services.reports.sight import find_sheet
from matcher.services.reports.snapshots import figures_of, verify
from tests.factories.accounts import make_actor
from tests.factories.sheets import Tree, count_person, make_period, make_tree, sheet_of

_NEW = "graduates"


@pytest.fixture
def tree(session: Session) -> Tree:
    """Give a city with counties and a drive."""
    return make_tree(session)


def _sent(session: Session, tree: Tree, sheet: Sheet) -> Sheet:
    filling.fill_sheet(session, tree.filler, sheet.id)
    return filling.submit_sheet(session, tree.reviewer, sheet.id, led_by="王主席")


def _open_rules(session: Session, sheet: Sheet) -> list[str]:
    found = sa.select(Task.rule).where(
        Task.subject_kind == "sheet", Task.subject_id == sheet.id, Task.state == TaskState.OPEN
    )
    return list(session.scalars(found.order_by(Task.id)))


def test_a_filled_sheet_tells_what_the_records_said_then_and_nothing_entered_later(
    session: Session, tree: Tree
) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.county)

    filling.fill_sheet(session, tree.filler, sheet.id)
    count_person(session, tree.drive, tree.county, entered_at=clock.now())

    assert figures_of(sheet)[_NEW].value == 3
    lines = view_sheet(session, tree.filler, sheet).lines
    assert next(one for one in lines if one.indicator.code == _NEW).figure.value == 3


def test_who_fills_never_reviews(session: Session, tree: Tree) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.city)
    filling.fill_sheet(session, tree.manager, sheet.id)

    with pytest.raises(RuleBrokenError, match="另一人审核"):
        filling.submit_sheet(session, tree.manager, sheet.id, led_by="王主席")

    sent = filling.submit_sheet(session, tree.approver, sheet.id, led_by="王主席")
    assert sent.state is SheetState.ACCEPTED


def test_who_fills_never_decides_for_the_upper_level(session: Session, tree: Tree) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.county)
    filling.fill_sheet(session, tree.manager, sheet.id)
    filling.submit_sheet(session, tree.reviewer, sheet.id, led_by="王主席")

    with pytest.raises(RuleBrokenError, match="不能再代表上级"):
        deciding.accept_sheet(session, tree.manager, sheet.id)


def test_a_union_with_a_reviewer_is_reviewed_by_its_own(session: Session, tree: Tree) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.county)
    filling.fill_sheet(session, tree.filler, sheet.id)

    with pytest.raises(RuleBrokenError, match="自己的审核人"):
        filling.submit_sheet(session, tree.approver, sheet.id, led_by="王主席")


def test_a_union_without_a_reviewer_is_reviewed_from_above_and_accepted_by_a_third(
    session: Session, tree: Tree
) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.other)
    officer = make_actor(session, Role.GRASSROOTS_OFFICER, union=tree.other)
    filling.fill_sheet(session, officer, sheet.id)
    filling.submit_sheet(session, tree.approver, sheet.id, led_by="李主席")

    with pytest.raises(RuleBrokenError, match="不能再代表上级"):
        deciding.accept_sheet(session, tree.approver, sheet.id)

    assert deciding.accept_sheet(session, tree.manager, sheet.id).state is SheetState.ACCEPTED


def test_only_a_union_above_accepts(session: Session, tree: Tree) -> None:
    sheet = _sent(session, tree, sheet_of(session, make_period(session, tree), tree.county))
    colleague = make_actor(session, Role.APPROVER, union=tree.county)
    neighbour = make_actor(session, Role.APPROVER, union=tree.other)

    with pytest.raises(RuleBrokenError, match="只有上级"):
        deciding.accept_sheet(session, colleague, sheet.id)
    with pytest.raises(NotFoundError):
        deciding.accept_sheet(session, neighbour, sheet.id)
    with pytest.raises(NotFoundError):
        find_sheet(session, neighbour, sheet.public_id)


def test_a_returned_sheet_comes_back_as_the_next_edition_with_the_comments_at_its_lines(
    session: Session, tree: Tree
) -> None:
    sheet = _sent(session, tree, sheet_of(session, make_period(session, tree), tree.county))
    signed = (sheet.digest, sheet.signature, dict(sheet.figures))

    draft = deciding.return_sheet(
        session, tree.approver, sheet.id, [Remark(_NEW, "少一人，请核对"), Remark(None, " ")]
    )
    count_person(session, tree.drive, tree.county)
    _sent(session, tree, draft)

    assert (sheet.state, draft.edition) == (SheetState.RETURNED, 2)
    assert (sheet.digest, sheet.signature, sheet.figures) == signed
    view = view_sheet(session, tree.filler, draft)
    line = next(one for one in view.lines if one.indicator.code == _NEW)
    assert [(one.words, one.edition) for one in line.comments] == [("少一人，请核对", 1)]
    assert (line.figure.value, line.change) == (4, 1)
    assert draft.previous_digest == sheet.digest
    done = deciding.accept_sheet(session, tree.approver, draft.id)
    assert done.state is SheetState.ACCEPTED


def test_a_return_says_what_is_to_be_changed(session: Session, tree: Tree) -> None:
    sheet = _sent(session, tree, sheet_of(session, make_period(session, tree), tree.county))

    with pytest.raises(InvalidInputError, match="要改什么"):
        deciding.return_sheet(session, tree.approver, sheet.id, [Remark(_NEW, "  ")])


def test_the_reviewer_sends_back_inside_the_union_and_the_frozen_figures_are_given_up(
    session: Session, tree: Tree
) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.county)
    filling.fill_sheet(session, tree.filler, sheet.id)

    filling.send_back(session, tree.reviewer, sheet.id, words="请再核对一遍")

    assert (sheet.state, sheet.figures, sheet.digest) == (SheetState.DRAFT, {}, None)
    kinds = [one.comment.kind for one in list_comments(session, tree.filler, sheet)]
    assert kinds == [CommentKind.REVIEW]
    assert _open_rules(session, sheet) == [filling.DUE_RULE]


def test_the_filler_takes_back_before_the_review(session: Session, tree: Tree) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.county)
    filling.fill_sheet(session, tree.filler, sheet.id)

    filling.take_back(session, tree.filler, sheet.id)

    assert sheet.state is SheetState.DRAFT
    assert filling.fill_sheet(session, tree.filler, sheet.id).state is SheetState.FILLED


def test_each_step_has_its_task_with_who_acts_next(session: Session, tree: Tree) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.county)

    filling.fill_sheet(session, tree.filler, sheet.id)
    after_filling = _open_rules(session, sheet)
    filling.submit_sheet(session, tree.reviewer, sheet.id, led_by="王主席")
    after_sending = _open_rules(session, sheet)
    draft = deciding.return_sheet(session, tree.approver, sheet.id, [Remark(None, "再核对")])

    assert after_filling == [filling.REVIEW_RULE]
    assert after_sending == [filling.DECIDE_RULE]
    assert _open_rules(session, sheet) == []
    assert _open_rules(session, draft) == [filling.RETURNED_RULE]
    place = sa.select(Task.union_id).where(Task.rule == filling.DECIDE_RULE)
    assert session.scalar(place) == tree.city.id


def test_what_somebody_else_did_meanwhile_is_a_conflict(session: Session, tree: Tree) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.county)
    seen = sheet.version_id
    filling.fill_sheet(session, tree.filler, sheet.id, expected_version=seen)

    with pytest.raises(ConflictError):
        filling.take_back(session, tree.filler, sheet.id, expected_version=seen)


def test_an_act_out_of_turn_is_refused(session: Session, tree: Tree) -> None:
    sheet = sheet_of(session, make_period(session, tree), tree.county)

    with pytest.raises(RuleBrokenError, match="填报中"):
        filling.submit_sheet(session, tree.reviewer, sheet.id, led_by="王主席")


def test_a_period_that_goes_on_is_not_filled(session: Session, tree: Tree) -> None:
    today = clock.today()
    later = today + dt.timedelta(days=1)
    period = make_period(session, tree, until_on=later, due_on=later, locks_on=later)

    with pytest.raises(RuleBrokenError, match="还没有结束"):
        filling.fill_sheet(session, tree.filler, sheet_of(session, period, tree.county).id)


def test_every_act_is_one_line_of_the_sheets_log(session: Session, tree: Tree) -> None:
    sheet = _sent(session, tree, sheet_of(session, make_period(session, tree), tree.county))
    deciding.accept_sheet(session, tree.approver, sheet.id)

    acts = session.scalars(
        sa.select(SheetStep.act).where(SheetStep.sheet_id == sheet.id).order_by(SheetStep.id)
    ).all()
    assert acts == [SheetAct.BEGUN, SheetAct.FILLED, SheetAct.SUBMITTED, SheetAct.ACCEPTED]


def test_a_signed_sheet_verifies_and_a_touched_one_does_not(session: Session, tree: Tree) -> None:
    sheet = _sent(session, tree, sheet_of(session, make_period(session, tree), tree.county))

    whole = verify(session, tree.approver, sheet)
    sheet.led_by_name = "别人"
    other_leader = verify(session, tree.approver, sheet)
    sheet.led_by_name = "王主席"
    figures = dict(sheet.figures)
    figures["values"] = figures["values"] | {_NEW: figures["values"][_NEW] | {"value": 99}}
    sheet.figures = figures
    touched = verify(session, tree.approver, sheet)

    assert (whole.holds, whole.recount) == (True, [])
    assert (other_leader.signature_holds, other_leader.holds) == (False, False)
    assert (touched.content_holds, touched.recount, touched.holds) == (False, [_NEW], False)


def test_the_chain_tells_that_a_sheet_before_was_touched(session: Session, tree: Tree) -> None:
    sheet = _sent(session, tree, sheet_of(session, make_period(session, tree), tree.county))
    draft = deciding.return_sheet(session, tree.approver, sheet.id, [Remark(None, "再核对")])
    _sent(session, tree, draft)

    assert verify(session, tree.approver, draft).chain_holds
    sheet.figures = dict(sheet.figures) | {"typed": {"1": {"graduates": 7}}}
    session.flush()

    assert not verify(session, tree.approver, draft).chain_holds


def test_the_live_sheet_is_cut_to_the_readers_own_part_of_the_tree(
    session: Session, tree: Tree
) -> None:
    count_person(session, tree.drive, tree.other)

    own = sheet_of_day(session, tree.filler, tree.drive.id)
    whole = sheet_of_day(session, tree.manager, tree.drive.id)

    assert own.union.id == tree.county.id
    value = {one.indicator.code: one.figure.value for one in own.lines}
    assert value[_NEW] == 3
    assert {one.indicator.code: one.figure.value for one in whole.lines}[_NEW] == 4
    with pytest.raises(NotFoundError):
        sheet_of_day(session, tree.filler, tree.drive.id, union_id=tree.other.id)
