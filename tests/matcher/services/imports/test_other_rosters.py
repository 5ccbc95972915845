"""Rosters of households by other hands: other heads, other layouts, the same people."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.identity import id_check_digit
from matcher.intake import open_table
from matcher.kinds import ImportKind, RowStatus
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import HardshipCause, HealthState, WorkStatus
from matcher.models.household_facts import HouseholdCause, HouseholdIncome
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.models.households import Household, HouseholdMember
from matcher.models.imports import ImportRow
from matcher.services.imports.batches import create_batch
from matcher.services.imports.committing import commit_batch
from matcher.services.imports.staging import stage_batch
from matcher.services.permissions import Actor

Cells = Sequence[object]
Merge = tuple[int, int, int, int]
_RNG = random.Random(8)


def _id(year: int) -> str:
    first = f"640104{year}{_RNG.randrange(1, 13):02d}{_RNG.randrange(1, 28):02d}{_RNG.randrange(1, 990):03d}"
    return first + id_check_digit(first)


@pytest.fixture
def numbers() -> dict[str, str]:
    """Give identity numbers of two families."""
    return {
        "马大": _id(1975),
        "丁二": _id(1977),
        "马小": _id(2004),
        "王大": _id(1972),
        "王小": _id(2005),
        "李大": _id(1970),
        "李小": _id(2003),
    }


class House:
    """An office that takes in workbooks."""

    def __init__(self, factory: SessionFactory, by: Actor, drive_id: int, folder: Path) -> None:
        self.factory, self._by, self._drive_id, self._folder = factory, by, drive_id, folder
        self.batch_id = 0

    def take_in(
        self, sheets: dict[str, Sequence[Cells]], merges: dict[str, Sequence[Merge]] | None = None
    ) -> None:
        """Stage and commit a workbook."""
        path = self._folder / "名册.xlsx"
        book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(r, c, value)
                    elif value is not None:
                        page.write(r, c, value)
            for top, left, bottom, right in (merges or {}).get(name, ()):
                page.merge_range(top, left, bottom, right, rows[top][left] or "")
        book.close()
        with transaction(self.factory) as session:
            self.batch_id = create_batch(
                session,
                self._by,
                ImportKind.HOUSEHOLDS,
                drive_id=self._drive_id,
                file_name=path.name,
                file_sha256="0" * 64,
            ).id
        stage_batch(self.factory, self.batch_id, open_table(path))
        commit_batch(self.factory, self._by, self.batch_id)

    def statuses(self) -> dict[tuple[str, int], tuple[RowStatus, list[str]]]:
        """Return verdict and refusals of every row."""
        chosen = sa.select(ImportRow).where(ImportRow.batch_id == self.batch_id)
        with reading(self.factory) as session:
            return {
                (r.sheet, r.row): (
                    r.status,
                    [p["code"] for p in r.problems if p["severity"] == "refuse"],
                )
                for r in session.scalars(chosen)
            }

    def families(self) -> dict[str, set[str]]:
        """Return the names of the members by the holder's name; files without a holder under 无."""
        with reading(self.factory) as session:
            files: dict[int, list[HouseholdMember]] = {}
            for member in session.scalars(sa.select(HouseholdMember)):
                files.setdefault(member.household_id, []).append(member)
        return {
            next((m.name for m in members if m.is_holder), "无"): {m.name for m in members}
            for members in files.values()
        }

    def member(self, name: str) -> HouseholdMember:
        """Return a member by name."""
        with reading(self.factory) as session:
            return session.scalars(
                sa.select(HouseholdMember).where(HouseholdMember.name == name)
            ).one()

    def of(self, table: Any, **where: object) -> list[Any]:
        """Return rows of a table."""
        with reading(self.factory) as session:
            return list(session.scalars(sa.select(table).filter_by(**where)))


@pytest.fixture
def house(session_factory: SessionFactory, manager: Actor, drive_id: int, tmp_path: Path) -> House:
    """Give the office."""
    return House(session_factory, manager, drive_id, tmp_path)


def test_the_national_form_with_a_holder_group_beside_the_members(
    house: House, numbers: dict[str, str]
) -> None:
    rows: list[Cells] = [
        ["××县困难职工家庭基本情况统计表", *[None] * 13],
        [
            "困难职工基本情况",
            *[None] * 6,
            "家庭成员情况",
            *[None] * 4,
            "家庭年收入（元）",
            "致困原因",
        ],
        [
            "档案号",
            "姓名",
            "身份证号码",
            "工作单位",
            "联系电话",
            "婚姻状况",
            "健康状况",
            "姓名",
            "与职工关系",
            "身份证号",
            "身份",
            "健康状况",
            None,
            None,
        ],
        [
            "A1",
            "马大",
            numbers["马大"],
            "纺织厂",
            13995000001,
            "已婚",
            "尿毒症",
            "马大",
            "本人",
            numbers["马大"],
            "下岗",
            "尿毒症",
            32000,
            "患病、子女上学",
        ],
        [*[None] * 7, "丁二", "妻子", numbers["丁二"], "无业", "健康", None, None],
        [*[None] * 7, "马小", "儿子", numbers["马小"], "在校生", "健康", None, None],
    ]
    block = [(3, c, 5, c) for c in (0, 1, 2, 3, 4, 5, 6, 12, 13)]
    head = [(0, 0, 0, 13), (1, 0, 1, 6), (1, 7, 1, 11), (1, 12, 2, 12), (1, 13, 2, 13)]

    house.take_in({"表": rows}, {"表": [*head, *block]})

    assert house.families() == {"马大": {"马大", "丁二", "马小"}}
    assert house.member("马大").health is HealthState.MAJOR_ILLNESS
    assert house.member("丁二").health is HealthState.GOOD
    assert house.member("丁二").phone_masked is None
    assert house.member("马大").phone_masked is not None
    (household,) = house.of(Household)
    assert household.unit_name == "纺织厂"
    causes = [row.cause for row in sorted(house.of(HouseholdCause), key=lambda row: row.position)]
    assert causes == [HardshipCause.MAJOR_ILLNESS, HardshipCause.SCHOOLING]
    assert [(row.amount_fen, row.member_id) for row in house.of(HouseholdIncome)] == [
        (3_200_000, None)
    ]


def test_spouse_and_children_side_by_side_with_their_schools(
    house: House, numbers: dict[str, str]
) -> None:
    rows: list[Cells] = [
        [
            "县区",
            "乡镇",
            "户主姓名",
            "户主身份证",
            "户主电话",
            "困难类型",
            "配偶姓名",
            "配偶身份证号",
            "配偶就业情况",
            "子女1姓名",
            "子女1身份证号",
            "子女1就读学校",
            "子女1学历",
            "子女1专业",
            "子女1入学年月",
            "子女1预计毕业时间",
            "家庭总收入（万元）",
            "开户行",
            "银行卡号",
        ],
        [
            "兴庆区",
            "某镇",
            "马大",
            numbers["马大"],
            13995000001,
            "深度困难",
            "丁二",
            numbers["丁二"],
            "打零工",
            "马小",
            numbers["马小"],
            "宁夏大学",
            "本科",
            "会计学",
            "2023年9月",
            "2027年7月",
            2.4,
            "农行",
            "6228480012345678901",
        ],
        [
            "兴庆区",
            "某镇",
            "王大",
            numbers["王大"],
            "1399500 0002",
            "低保边缘户",
            "无",
            None,
            None,
            "王小",
            numbers["王小"],
            None,
            None,
            None,
            None,
            None,
            "约1.8万",
            None,
            6.22848e18,
        ],
    ]

    house.take_in({"表": rows})

    assert house.families() == {"马大": {"马大", "丁二", "马小"}, "王大": {"王大", "王小"}}
    (schooling,) = house.of(MemberSchooling)
    assert (schooling.level, schooling.major) == (SchoolLevel.BACHELOR, "会计学")
    assert str(schooling.expected_graduation_on) == "2027-07-31"
    assert house.member("马大").card_masked is not None
    assert house.member("王大").card_masked is None
    assert {row.amount_fen for row in house.of(HouseholdIncome)} == {2_400_000, 1_800_000}
    assert {row.tier.value for row in house.of(Household)} == {"deep", "none"}
    spouse = house.member("丁二")
    assert spouse.work_status is WorkStatus.FLEXIBLE
    assert [w.status for w in house.of(MemberEmployment, member_id=spouse.id)] == [
        WorkStatus.FLEXIBLE
    ]


def test_households_counted_anew_in_every_sheet_stay_apart(
    house: House, numbers: dict[str, str]
) -> None:
    head = ["户号", "姓名", "与户主关系", "身份证号"]
    first: list[Cells] = [
        head,
        [1, "马大", "户主", numbers["马大"]],
        [1, "马小", "子", numbers["马小"]],
        [2, "王大", "户主", numbers["王大"]],
        [3, "李大", "户主", numbers["李大"]],
        [3, "李小", "女", numbers["李小"]],
    ]
    more = {name: _id(1974) for name in ("赵大", "钱大", "孙大")}
    second: list[Cells] = [
        head,
        *([n, name, "户主", number] for n, (name, number) in enumerate(more.items(), start=1)),
        [1, "赵小", "子", _id(2004)],
    ]

    house.take_in({"城关镇": first, "东街": second})

    assert house.families() == {
        "马大": {"马大", "马小"},
        "王大": {"王大"},
        "李大": {"李大", "李小"},
        "赵大": {"赵大", "赵小"},
        "钱大": {"钱大"},
        "孙大": {"孙大"},
    }


def test_a_sheet_of_households_and_a_sheet_of_their_members_make_one_file_each(
    house: House, numbers: dict[str, str]
) -> None:
    files: list[Cells] = [
        ["档案编号", "困难职工姓名", "困难职工身份证号", "困难类别", "家庭住址"],
        ["D01", "马大", numbers["马大"], "深度困难", "宁夏银川市兴庆区某路1号"],
        ["D02", "王大", numbers["王大"], "相对困难", "宁夏银川市西夏区某路2号"],
    ]
    people: list[Cells] = [
        ["档案编号", "成员姓名", "与户主关系", "身份证号", "就业状况"],
        ["D01", "马大", "本人", numbers["马大"], "下岗"],
        ["D01", "马小", "儿子", numbers["马小"], "在校"],
        ["D02", "王大", "本人", numbers["王大"], "退休"],
        ["D02", "王小", "女儿", numbers["王小"], "在校"],
    ]

    house.take_in({"户": files, "成员": people})

    assert house.families() == {"马大": {"马大", "马小"}, "王大": {"王大", "王小"}}
    assert house.member("马大").work_status is WorkStatus.LAID_OFF
    house.take_in({"户": files, "成员": people})
    assert {status for status, _ in house.statuses().values()} == {
        RowStatus.SAME,
        RowStatus.NOT_DATA,
    }


def test_children_of_workers_listed_beside_their_parents_bring_the_parent_with_them(
    house: House, numbers: dict[str, str]
) -> None:
    rows: list[Cells] = [
        [
            "序号",
            "困难职工姓名",
            "困难职工身份证号",
            "困难类别",
            "子女姓名",
            "与职工关系",
            "子女身份证号",
            "毕业院校",
            "学历",
            "毕业时间",
        ],
        [
            1,
            "马大",
            numbers["马大"],
            "深度困难",
            "马小",
            "父子",
            numbers["马小"],
            "宁夏大学",
            "本科",
            "2026.7",
        ],
        [
            2,
            "王大",
            numbers["王大"],
            "相对困难",
            "王小",
            "母女",
            numbers["王小"],
            "银川职业学院",
            "专科",
            "2026.7",
        ],
    ]

    house.take_in({"表": rows})

    assert house.families() == {"马大": {"马大", "马小"}, "王大": {"王大", "王小"}}
    house.take_in({"表": rows})
    assert {status for status, _ in house.statuses().values()} == {
        RowStatus.SAME,
        RowStatus.NOT_DATA,
    }


def test_families_told_in_words_are_read_as_far_as_they_are_clear(
    house: House, numbers: dict[str, str]
) -> None:
    rows: list[Cells] = [
        ["档案编号", "户主姓名", "身份证号", "家庭成员", "家庭月收入"],
        [
            "D01",
            "马大",
            numbers["马大"],
            f"妻子：丁二，无业；儿子：马小（在读）{numbers['马小']}",
            "1500元",
        ],
        ["D02", "王大", numbers["王大"], "女儿王小在外地读书，情况不详", 2000],
    ]

    house.take_in({"表": rows})

    assert house.families() == {"马大": {"马大", "丁二", "马小"}, "王大": {"王大"}}
    assert house.member("马小").id_number_masked is not None
    assert {row.amount_fen for row in house.of(HouseholdIncome)} == {1_800_000, 2_400_000}


def test_one_number_for_two_households_refuses_the_second_and_all_its_people(
    house: House, numbers: dict[str, str]
) -> None:
    rows: list[Cells] = [
        ["档案编号", "户主姓名", "姓名", "与户主关系", "身份证号"],
        ["D01", "马大", "马大", "本人", numbers["马大"]],
        ["D01", "马大", "马小", "儿子", numbers["马小"]],
        ["D02", "李大", "李大", "本人", numbers["李大"]],
        ["D01", "王大", "王大", "本人", numbers["王大"]],
        ["D01", "王大", "王小", "女儿", numbers["王小"]],
    ]

    house.take_in({"表": rows})

    assert house.families() == {"马大": {"马大", "马小"}, "李大": {"李大"}}
    assert [house.statuses()["表", row][1] for row in (5, 6)] == [
        ["number_twice"],
        ["number_twice"],
    ]


def test_a_later_roster_cannot_give_a_known_file_to_another_holder(
    house: House, numbers: dict[str, str]
) -> None:
    head = ["档案编号", "姓名", "与户主关系", "身份证号"]
    house.take_in({"表": [head, ["D01", "马大", "本人", numbers["马大"]]]})

    house.take_in({"表": [head, ["D01", "王大", "本人", numbers["王大"]]]})

    assert house.statuses()["表", 2] == (RowStatus.REFUSED, ["holder_known"])
    assert house.families() == {"马大": {"马大"}}


def test_a_number_found_later_does_not_make_another_person(
    house: House, numbers: dict[str, str]
) -> None:
    head = ["档案编号", "姓名", "与户主关系", "身份证号"]
    holder = ["D01", "马大", "本人", numbers["马大"]]
    house.take_in({"表": [head, holder, ["D01", "马小", "儿子", None]]})

    house.take_in({"表": [head, holder, ["D01", "马小", "儿子", numbers["马小"]]]})

    assert house.families() == {"马大": {"马大", "马小"}}
    assert house.member("马小").id_number_masked is not None


def test_what_a_roster_does_not_say_stays_as_it_is(house: House, numbers: dict[str, str]) -> None:
    full = ["档案编号", "姓名", "与户主关系", "身份证号", "困难类别", "家庭住址"]
    house.take_in(
        {"表": [full, ["D01", "马大", "本人", numbers["马大"], "深度困难", "宁夏银川市兴庆区"]]}
    )

    bare = ["档案编号", "姓名", "与户主关系", "身份证号", "联系电话"]
    house.take_in({"表": [bare, ["D01", "马大", "本人", numbers["马大"], "13995000009"]]})

    (household,) = house.of(Household)
    assert (household.tier.value, household.region_code) == ("deep", "640104")
    assert house.member("马大").phone_masked is not None


def test_rows_that_name_only_the_holder_follow_the_holder_above(
    house: House, numbers: dict[str, str]
) -> None:
    rows: list[Cells] = [
        ["户主", "成员姓名", "称谓", "身份证号"],
        ["马大", "马大", "户主", numbers["马大"]],
        ["马大", "马小", "幺儿", numbers["马小"]],
        ["王大", "王大", "户主", numbers["王大"]],
        ["王大", "王小", "闺女", numbers["王小"]],
    ]

    house.take_in({"表": rows})

    assert house.families() == {"马大": {"马大", "马小"}, "王大": {"王大", "王小"}}
    assert house.member("马小").relation == "儿子"


def test_plain_columns_between_the_holders_name_and_the_members_are_the_holders(
    house: House, numbers: dict[str, str]
) -> None:
    rows: list[Cells] = [
        ["填报单位：某总工会    单位：万元", *[None] * 7],
        [
            "职工姓名",
            "性别",
            "身份证号",
            "手机号",
            "成员姓名",
            "关系",
            "证件号码",
            "上年度家庭收入",
        ],
        ["马大", "男", numbers["马大"], "13995000001", "丁二", "夫妻", numbers["丁二"], 2.4],
        [*[None] * 4, "马小", "父子", numbers["马小"], None],
        ["李大", "男", numbers["李大"], "13995000003", None, None, None, 0.9],
    ]

    house.take_in({"表": rows}, {"表": [(2, c, 3, c) for c in (0, 1, 2, 3, 7)]})

    assert house.families() == {"马大": {"马大", "丁二", "马小"}, "李大": {"李大"}}
    assert house.member("丁二").phone_masked is None
    assert house.member("马大").id_number_masked != house.member("丁二").id_number_masked
    assert {row.amount_fen for row in house.of(HouseholdIncome)} == {2_400_000, 900_000}


def test_the_holders_number_never_becomes_a_members(house: House, numbers: dict[str, str]) -> None:
    rows: list[Cells] = [
        ["档案号", "困难职工", "身份证号", "成员1", None, None, "成员2", None, None],
        [None, None, None, *["姓名", "关系", "身份证号码"] * 2],
        [
            "D1",
            "马大",
            numbers["马大"],
            "丁二",
            "配偶",
            numbers["丁二"],
            "马小",
            "儿子",
            numbers["马小"],
        ],
        ["D2", "王大", numbers["王大"], "/", "/", "/", "王小", "女儿", "无"],
    ]
    head = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 5), (0, 6, 0, 8)]

    house.take_in({"表": rows}, {"表": head})

    assert house.families() == {"马大": {"马大", "丁二", "马小"}, "王大": {"王大", "王小"}}
    born = {name: str(house.member(name).birth_on)[:4] for name in ("马大", "丁二", "马小")}
    assert born == {"马大": "1975", "丁二": "1977", "马小": "2004"}
