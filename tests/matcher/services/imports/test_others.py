"""Others' people, files and employers: neither taken over nor told of."""

from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import ImportKind, RowStatus
from matcher.models.organisations import Union
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.people import make_graduate, make_id_number
from tests.matcher.services.imports.taking_in import (
    EMPLOYERS,
    GRADUATES,
    HOUSEHOLDS,
    codes,
    counts,
    graduate,
    member,
    problems,
    stage,
    take_in,
    verdicts,
)


def test_a_person_another_union_keeps_goes_to_a_person_without_saying_who_keeps_them(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    number = make_id_number()
    with transaction(session_factory) as session:
        others = make_union(session, name="别家总工会")
        make_graduate(session, others, name="王小明", id_number=number)
    rows = [GRADUATES, graduate("王小明", 身份证号=number)]

    batch = stage(session_factory, manager, ImportKind.GRADUATES, drive_id, *rows)

    assert verdicts(session_factory, batch)[2] is RowStatus.AMBIGUOUS
    said = " ".join(one["reason"] + one["remedy"] for one in problems(session_factory, batch, 2))
    for word in ("别家", "工会已", "已建档", "已有"):
        assert word not in said


def test_a_person_whose_number_stands_under_another_name_goes_to_a_person(
    session_factory: SessionFactory, manager: Actor, drive_id: int, union: object
) -> None:
    row = graduate("王小明")
    take_in(session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, row)

    batch = stage(
        session_factory, manager, ImportKind.GRADUATES, drive_id, GRADUATES, ["李四", *row[1:]]
    )

    assert verdicts(session_factory, batch)[2] is RowStatus.AMBIGUOUS


def test_a_person_in_another_open_file_is_refused_without_saying_where(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    number = make_id_number()
    with transaction(session_factory) as session:
        others = make_actor(session)
        their_drive = make_drive(session, session.get_one(Union, others.union_id))
        their_drive_id = their_drive.id
    taken = member("别家档案", "赵小", "儿子", 家庭成员身份证号=number)
    take_in(session_factory, others, ImportKind.HOUSEHOLDS, their_drive_id, HOUSEHOLDS, taken)

    mine = member("D9", "赵小", "儿子", 家庭成员身份证号=number)
    batch = stage(session_factory, manager, ImportKind.HOUSEHOLDS, drive_id, HOUSEHOLDS, mine)

    assert codes(session_factory, batch, 2) == ["member_in_open_file"]
    assert "别家" not in str(problems(session_factory, batch, 2))


def test_two_unions_may_keep_files_of_the_same_number(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    with transaction(session_factory) as session:
        union = make_union(session)
        others = make_actor(session, union=union)
        their_drive = make_drive(session, union).id
    take_in(
        session_factory, manager, ImportKind.HOUSEHOLDS, drive_id, HOUSEHOLDS, member("D1", "甲")
    )

    batch = take_in(
        session_factory, others, ImportKind.HOUSEHOLDS, their_drive, HOUSEHOLDS, member("D1", "乙")
    )

    assert counts(session_factory, batch) == {"new": 1, "not_data": 1}


def test_an_employer_another_union_keeps_is_neither_made_twice_nor_changed(
    session_factory: SessionFactory, manager: Actor, drive_id: int
) -> None:
    row = ["银川甲公司", "91640100MA75WX0Y0L", "民营企业", None, None]
    with transaction(session_factory) as session:
        union = make_union(session)
        others = make_actor(session, union=union)
        their_drive = make_drive(session, union).id
    take_in(session_factory, others, ImportKind.EMPLOYERS, their_drive, EMPLOYERS, row)

    row[3] = "换了联系人"

    batch = stage(session_factory, manager, ImportKind.EMPLOYERS, drive_id, EMPLOYERS, row)

    assert counts(session_factory, batch) == {"same": 1, "not_data": 1}
    assert "employer_known" in codes(session_factory, batch, 2)
