"""Rosters of households, a row for each member or a row for each household."""

import random

from matcher.intake import HouseholdDraft, guess_columns, judge_rows, merge_households, open_table
from matcher.kinds import HardshipTier, ImportKind
from tests.matcher.intake.messy import TODAY, valid_id
from tests.matcher.intake.sheets import make_xlsx

_RNG = random.Random(5)
_IDS = [valid_id(_RNG) for _ in range(9)]
_BY_MEMBER = [
    ["甲县困难职工家庭花名册", *[None] * 8],
    [
        "档案编号",
        "困难职工姓名",
        "困难类别",
        "家庭成员",
        None,
        None,
        None,
        "是否零就业家庭",
        "家庭住址",
    ],
    [None, None, None, "姓名", "与户主关系", "身份证号", "工作状态", None, None],
    ["D001", "赵大", "深度困难", "赵大", "本人", _IDS[0], "失业", "是", "河南省郑州市金水区"],
    [None, None, None, "钱二", "配偶", _IDS[1], "失业", None, None],
    [None, None, None, "赵小", "儿子", _IDS[2], "在校", None, None],
    ["D002", "孙大", "相对困难", "孙大", "本人", _IDS[3], "在岗", "否", "河南省开封市"],
    [None, None, None, "孙小", "女儿", _IDS[4], "毕业", None, None],
]
_HEAD_MERGES = [(0, 0, 0, 8), (1, 3, 1, 6), *[(1, c, 2, c) for c in (0, 1, 2, 7, 8)]]
_DATA_MERGES = [*[(3, c, 5, c) for c in (0, 1, 2, 7, 8)], *[(6, c, 7, c) for c in (0, 1, 2, 7, 8)]]


def _drafts(data: bytes) -> list[HouseholdDraft]:
    (grid,) = open_table(data, "a.xlsx")
    judged = judge_rows(ImportKind.HOUSEHOLDS, grid, today=TODAY)
    return [r.draft for r in judged if isinstance(r.draft, HouseholdDraft)]


def test_rows_of_one_file_become_one_household_with_all_members() -> None:
    households = merge_households(_drafts(make_xlsx(_BY_MEMBER, [*_HEAD_MERGES, *_DATA_MERGES])))

    assert [(h.file_no, h.holder_id_number, len(h.members)) for h in households] == [
        ("D001", _IDS[0], 3),
        ("D002", _IDS[3], 2),
    ]
    assert households[0].tier is HardshipTier.DEEP
    assert households[0].zero_employment_claim is True
    assert [m.is_holder for m in households[0].members] == [True, False, False]


def test_rows_without_a_number_follow_the_holder_where_no_member_row_bears_one() -> None:
    (grid,) = open_table(make_xlsx(_BY_MEMBER, _HEAD_MERGES), "a.xlsx")

    judged = {r.row: r for r in judge_rows(ImportKind.HOUSEHOLDS, grid, today=TODAY)}

    assert [judged[row].status for row in (4, 5, 6, 7, 8)] == ["ok"] * 5
    assert "household_by_order" in [p.code for p in judged[5].problems]
    assert isinstance(judged[8].draft, HouseholdDraft)
    assert judged[8].draft.file_no == "D002"


def test_members_below_a_holder_named_once_follow_where_the_first_row_is_a_member_too() -> None:
    rows = [
        ["序号", "户主姓名", "户主身份证号", "家庭成员姓名", "与户主关系", "成员身份证号"],
        [1, "赵大", _IDS[0], "钱二", "配偶", _IDS[1]],
        [None, None, None, "赵小", "儿子", _IDS[2]],
        [2, "孙大", _IDS[3], "孙小", "女儿", _IDS[4]],
    ]
    (grid,) = open_table(make_xlsx(rows), "a.xlsx")

    judged = {r.row: r for r in judge_rows(ImportKind.HOUSEHOLDS, grid, today=TODAY)}

    assert [judged[row].status for row in (2, 3, 4)] == ["ok"] * 3
    assert [p.code for p in judged[3].problems] == ["household_by_order"]
    first, second = merge_households([judged[row].draft for row in (2, 3, 4)])
    assert {m.name for m in first.members} == {"赵大", "钱二", "赵小"}
    assert {m.name for m in second.members} == {"孙大", "孙小"}


def test_a_hole_is_refused_where_other_rows_of_members_bear_their_number() -> None:
    rows = [list(row) for row in _BY_MEMBER]
    for row, number in ((5, "D001"), (7, "D002")):
        rows[row][0] = number
    (grid,) = open_table(make_xlsx(rows, _HEAD_MERGES), "a.xlsx")

    judged = {r.row: r for r in judge_rows(ImportKind.HOUSEHOLDS, grid, today=TODAY)}

    assert [judged[row].status for row in (4, 5, 6, 7, 8)] == ["ok", "refused", "ok", "ok", "ok"]
    assert [p.code for p in judged[5].problems if p.severity == "refuse"] == ["household_unknown"]


def test_plain_heads_mean_the_holder_where_children_have_columns_of_their_own() -> None:
    rows = [
        ["序号", "姓名", "身份证号", "手机号码", "困难类别", "子女姓名", "子女身份证号", "学历"],
        [1, "赵大", _IDS[0], 13812345678, "深度困难", "赵小", _IDS[2], "本科"],
        [2, "孙大", _IDS[3], "13812345679", "意外致困", None, None, None],
    ]

    first, second = _drafts(make_xlsx(rows))

    assert (first.holder_name, first.holder_id_number) == ("赵大", _IDS[0])
    assert [m.name for m in first.members] == ["赵大", "赵小"]
    assert [m.name for m in second.members] == ["孙大"]


def test_repeated_member_columns_are_read_by_group() -> None:
    rows = [
        [
            "户主姓名",
            "户主身份证号",
            "成员1姓名",
            "成员1关系",
            "成员1身份证号",
            "成员2姓名",
            "成员2关系",
            "成员2身份证号",
        ],
        ["赵大", _IDS[0], "钱二", "配偶", _IDS[1], "赵小", "儿子", _IDS[2]],
    ]

    (household,) = _drafts(make_xlsx(rows))

    assert [(m.name, m.relation, m.id_number) for m in household.members] == [
        ("赵大", "本人", _IDS[0]),
        ("钱二", "配偶", _IDS[1]),
        ("赵小", "儿子", _IDS[2]),
    ]


def test_nobody_stands_in_two_households_of_one_sheet() -> None:
    rows = [
        ["档案编号", "姓名", "与户主关系", "身份证号"],
        ["D001", "赵大", "本人", _IDS[0]],
        ["D002", "赵大", "本人", _IDS[0]],
    ]
    (grid,) = open_table(make_xlsx(rows), "a.xlsx")

    statuses = [r.status for r in judge_rows(ImportKind.HOUSEHOLDS, grid, today=TODAY)]

    assert statuses == ["not_data", "ok", "refused"]


def test_heads_of_two_rows_are_joined_from_the_top() -> None:
    (grid,) = open_table(make_xlsx(_BY_MEMBER, _HEAD_MERGES), "a.xlsx")

    heads = [g.head for g in guess_columns(ImportKind.HOUSEHOLDS, grid)]

    assert heads[3:6] == ["家庭成员|姓名", "家庭成员|与户主关系", "家庭成员|身份证号"]
