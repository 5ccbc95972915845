"""What would help beside a plan: every line seats whom it says, and leads to a course or a call."""

from typing import Any

import pytest
import sqlalchemy as sa

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import NotAllowedError, RuleBrokenError
from matcher.kinds import JobState, Role, TaskState
from matcher.kinds.plan_help import HelpKind
from matcher.kinds.plans import PinKind, PlanRule
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.plan_help import PlanHelp
from matcher.models.plans import PlanRun, PlanUncovered
from matcher.models.postings import Posting
from matcher.services.permissions import SYSTEM
from matcher.services.plans import help_acts, help_runs, pins
from tests.factories.accounts import make_actor
from tests.factories.plan_help import HERE, THERE, make_short_drive, short_plan, work_out_help
from tests.factories.plans import plan, plan_row, planner_of, publish
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import rank
from tests.factories.training import make_course


def by_kind(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["kind"]: line for line in lines}


def test_every_single_change_says_whether_it_seats_the_person(
    session_factory: SessionFactory,
) -> None:
    short, made, without = short_plan(session_factory)

    lines = work_out_help(session_factory, made).lines

    assert lines["n_short"] == 1
    assert lines["n_reached"] == 2
    (person,) = [one for one in lines["people"] if one["graduate"] == without]
    gains = {
        (c["kind"], c["value"]): one["gain"] for one in person["lines"] for c in one["changes"]
    }
    assert gains[HelpKind.CERTIFICATE, "电工证"] == 1
    assert gains[HelpKind.PLACE, THERE] == 1
    assert gains[HelpKind.MOBILITY, "province"] == 1
    assert all(one["zero"] == one["gain"] for one in person["lines"])
    employers = by_kind(lines["employers"])
    lifted = employers[HelpKind.LIFT_CERTIFICATE]
    assert (lifted["posting"], lifted["value"], lifted["zero"]) == (short.certified, "电工证", 1)
    assert employers[HelpKind.LIFT_PLACE]["posting"] == short.far
    seats = by_kind(lines["seats"])
    assert seats[HelpKind.POSTING_SEATS]["posting"] == short.near
    assert seats[HelpKind.POSTING_SEATS]["seats"] == 1
    assert seats[HelpKind.FIELD_SEATS]["gain"] == 1
    assert [one["together"] for one in lines["bundle"]] == [1]


def test_where_no_single_change_helps_two_together_are_told(
    sqlite_factory: SessionFactory,
) -> None:
    _, made, without = short_plan(sqlite_factory, is_far_certified=True)

    people = work_out_help(sqlite_factory, made).lines["people"]

    person = next(one for one in people if one["graduate"] == without)
    helping = [line["changes"] for line in person["lines"] if line["gain"]]
    assert {(one["value"], other["value"]) for one, other in helping} == {
        ("电工证", "anywhere"),
        ("驾驶证", "anywhere"),
    }


def test_a_posting_ruled_out_for_the_person_does_not_help(sqlite_factory: SessionFactory) -> None:
    short, _, without = short_plan(sqlite_factory)
    with transaction(sqlite_factory) as session:
        by = planner_of(session, short.drive_id)
        pins.set_pin(
            session,
            by,
            short.drive_id,
            graduate_id=without,
            posting_id=short.certified,
            kind=PinKind.FORBID,
            reason="本人说明",
        )
    made = plan(sqlite_factory, short.drive_id)

    lines = work_out_help(sqlite_factory, made).lines

    gains = {
        one["value"] for person in lines["people"] for line in person["lines"]
        for one in line["changes"] if line["gain"] and person["graduate"] == without
    }  # fmt: skip
    assert "电工证" not in gains
    assert THERE in gains


def test_a_line_that_came_true_seats_everybody_in_the_next_plan(
    sqlite_factory: SessionFactory,
) -> None:
    short, made, without = short_plan(sqlite_factory)
    work_out_help(sqlite_factory, made)
    with transaction(sqlite_factory) as session:
        session.get_one(Graduate, without).certificates = ["电工证"]

    rank(sqlite_factory, short.drive_id)

    assert plan(sqlite_factory, short.drive_id).figures["fair"]["uncovered"] == 0


def test_a_second_delivery_makes_the_same_table(sqlite_factory: SessionFactory) -> None:
    _, made, _ = short_plan(sqlite_factory)
    first = work_out_help(sqlite_factory, made).lines

    again = work_out_help(sqlite_factory, made).lines

    assert first | {"seconds": 0} == again | {"seconds": 0}


def test_a_planner_alone_asks_and_reads_all_and_a_caseworker_the_own_people(
    sqlite_factory: SessionFactory,
) -> None:
    short, made, without = short_plan(sqlite_factory)
    with transaction(sqlite_factory) as session:
        union = session.get_one(Union, short.union_id)
        caseworker = make_actor(session, Role.CASEWORKER, union=union)
        with pytest.raises(NotAllowedError):
            help_runs.request_help(session, caseworker, made.public_id)
        before = help_runs.help_of(session, SYSTEM, made.public_id)
    assert (before.row, before.state) == (None, None)
    work_out_help(sqlite_factory, made)

    (other,) = set(short.people) - {without}
    with reading(sqlite_factory) as session:
        early = help_runs.help_for(session, caseworker, short.drive_id, without)
    publish(sqlite_factory, made)
    with reading(sqlite_factory) as session:
        told = help_runs.help_for(session, caseworker, short.drive_id, without)
        seated = help_runs.help_for(session, caseworker, short.drive_id, other)
        whole = help_runs.help_of(session, SYSTEM, made.public_id)
        with pytest.raises(NotAllowedError):
            help_runs.help_of(session, caseworker, made.public_id)
    assert (early.is_made, early.person) == (False, None)  # nothing of a plan that is not published
    assert told.is_made
    assert told.person is not None
    assert told.person.lines
    assert (seated.is_made, seated.person) == (True, None)
    assert whole.state is JobState.DONE
    assert whole.done == whole.total > 0


def test_people_are_those_without_a_seat_by_the_rule_chosen(
    sqlite_factory: SessionFactory,
) -> None:
    short, made, without = short_plan(sqlite_factory)
    (other,) = set(short.people) - {without}
    row = work_out_help(sqlite_factory, made)
    with transaction(sqlite_factory) as session:
        plan_of = session.get_one(PlanRun, made.id)
        session.execute(sa.delete(PlanUncovered).where(PlanUncovered.rule == PlanRule.MOST))
        session.add(
            PlanUncovered(plan_id=made.id, rule=PlanRule.MOST, graduate_id=other, priority_rank=5)
        )
        lines = {
            **row.lines,
            "people": [*row.lines["people"], {"graduate": other, "lines": [], "n_asked": 1}],
        }
        table = PlanHelp(plan_id=made.id, lines=lines)
        found = {}
        for rule in (None, PlanRule.FAIR, PlanRule.MOST):
            plan_of.chosen_rule = rule
            found[rule] = set(help_runs.people_of(session, plan_of, table))
        session.rollback()
    assert found == {None: {without}, PlanRule.FAIR: {without}, PlanRule.MOST: {other}}


def test_an_employer_is_asked_for_no_more_majors_than_seat_somebody(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        short = make_short_drive(session)
        drive = session.get_one(Drive, short.drive_id)
        asked = {"region_code": HERE, "headcount": 2, "certificates": []}
        nurses = make_posting(session, drive, requirement={"混合": "护理学类"}, **asked).id
    rank(sqlite_factory, short.drive_id)

    lines = work_out_help(sqlite_factory, plan(sqlite_factory, short.drive_id)).lines

    lifted = {one["posting"]: one for one in lines["employers"] if one["kind"] == "lift_major"}
    assert set(lifted) == {nurses}  # the others take any major
    assert (lifted[nurses]["gain"], lifted[nurses]["zero"]) == (1, 1)
    assert lifted[nurses]["value"]
    assert lifted[nurses]["name"].endswith("类")
    with transaction(sqlite_factory) as session:  # it comes true
        posting = session.get_one(Posting, nurses)
        posting.requirement = {"混合": lifted[nurses]["name"]}
    rank(sqlite_factory, short.drive_id)
    assert plan(sqlite_factory, short.drive_id).figures["fair"]["uncovered"] == 0


def test_a_field_is_one_line_whatever_the_places_and_names_the_own_city_first(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        short = make_short_drive(session, is_far_certified=True, places=[HERE, THERE])
        session.get_one(Union, short.union_id).region_code = THERE
    rank(sqlite_factory, short.drive_id)

    lines = work_out_help(sqlite_factory, plan(sqlite_factory, short.drive_id)).lines

    fields = [one for one in lines["seats"] if one["kind"] == HelpKind.FIELD_SEATS]
    assert [(one["place"], one["places"], one["seats"], one["gain"]) for one in fields] == [
        (THERE, [THERE, HERE], 1, 1)
    ]


def test_a_course_that_helps_is_proposed_and_another_is_refused(
    sqlite_factory: SessionFactory,
) -> None:
    short, made, without = short_plan(sqlite_factory)
    work_out_help(sqlite_factory, made)
    publish(sqlite_factory, made)
    with transaction(sqlite_factory) as session:
        union = session.get_one(Union, short.union_id)
        by = make_actor(session, Role.CASEWORKER, union=union)
        helps, other = (
            make_course(session, union, certificate=name) for name in ("电工证", "会计证")
        )
        asked = {"drive_id": short.drive_id, "graduate_id": without}

        told = help_runs.help_for(session, by, short.drive_id, without).person
        assert told is not None
        offered = help_acts.offers_for(session, by, {without: told})
        referral = help_acts.refer_to_course(session, by, course_id=helps.id, **asked)
        with pytest.raises(RuleBrokenError) as refused:
            help_acts.refer_to_course(session, by, course_id=other.id, **asked)

        after = help_acts.offers_for(session, by, {without: told})

    assert {key: [one.course.id for one in found] for key, found in offered.items()} == {
        (without, "电工证"): [helps.id]
    }
    assert [one.is_taken for found in (offered, after) for one in found[without, "电工证"]] == [
        False,
        True,
    ]
    assert (referral.graduate_id, referral.course_id) == (without, helps.id)
    assert refused.value.code == "plan_help_course"


def test_an_employer_to_call_is_one_task_with_its_lines_until_somebody_called(
    sqlite_factory: SessionFactory,
) -> None:
    short, made, _ = short_plan(sqlite_factory)
    work_out_help(sqlite_factory, made)
    with transaction(sqlite_factory) as session:
        first = help_acts.ask_employer(session, SYSTEM, made.public_id, short.certified)
        again = help_acts.ask_employer(session, SYSTEM, made.public_id, short.certified)
        help_acts.ask_employer(session, SYSTEM, made.public_id, short.near)
        listed = help_acts.call_list(session, SYSTEM, made.public_id)

        closed = [
            help_acts.close_call(session, SYSTEM, made.public_id, short.certified, has_agreed=True)
            for _ in range(2)
        ]
        left = help_acts.call_list(session, SYSTEM, made.public_id)

    assert first.id == again.id
    assert [call.posting_id for call in listed] == sorted([short.certified, short.near])
    assert [line["kind"] for line in listed[-1].lines]
    assert closed == [True, False]
    assert [call.posting_id for call in left] == [short.near]
    assert first.state is TaskState.DONE


def test_a_posting_no_line_names_is_not_called(sqlite_factory: SessionFactory) -> None:
    short, made, _ = short_plan(sqlite_factory)
    with transaction(sqlite_factory) as session, pytest.raises(RuleBrokenError) as refused:
        help_acts.ask_employer(session, SYSTEM, made.public_id, short.far)
    assert refused.value.code == "plan_help_posting"
    with reading(sqlite_factory) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PlanHelp)) == 0


def test_a_dry_run_has_no_table(sqlite_factory: SessionFactory) -> None:
    short, _, _ = short_plan(sqlite_factory)
    dry = plan(sqlite_factory, short.drive_id, is_dry=True)
    with transaction(sqlite_factory) as session, pytest.raises(RuleBrokenError):
        help_runs.request_help(session, SYSTEM, plan_row(sqlite_factory, dry.id).public_id)
