"""Whole sheets as other offices make them: blocks, signatures, nested JSON, sheets of another kind."""

import io
import json
import random

import pytest
import xlsxwriter

from matcher.intake import judge_rows, open_table
from matcher.kinds import ImportKind
from tests.matcher.intake.messy import valid_id
from tests.matcher.intake.unseen import (
    TODAY,
    codes,
    graduate,
    household,
    judge,
    make_csv,
    posting,
)

P, E, G, H = ImportKind.POSTINGS, ImportKind.EMPLOYERS, ImportKind.GRADUATES, ImportKind.HOUSEHOLDS
_RNG = random.Random(8)
_IDS = [valid_id(_RNG) for _ in range(6)]


def test_unnumbered_rows_go_on_with_the_employer_above() -> None:
    rows = [
        ["序号", "单位名称", "招聘岗位", "人数", "联系电话"],
        [1, "甲食品有限公司", "操作工", 20, "13900139000"],
        [None, None, "质检员", 2, None],
        [2, "乙机械厂", "电焊工", 3, "13900139001"],
    ]

    judged = judge(P, rows)

    assert posting(judged[3]).employer.name == "甲食品有限公司"
    assert posting(judged[3]).contact_phone == "13900139000"
    assert "employer_carried" in codes(judged[3])


@pytest.mark.parametrize(
    "hole",
    [
        [2, None, "质检员", 2, None],
        [None, None, "质检员", 2, "13900139009"],
    ],
)
def test_a_hole_is_not_filled(hole: list[object]) -> None:
    head = ["序号", "单位名称", "招聘岗位", "人数", "联系电话"]

    judged = judge(P, [head, [1, "甲食品有限公司", "操作工", 20, "13900139000"], hole])

    assert judged[3].status == "refused"


def test_a_blank_row_ends_a_block() -> None:
    rows = [
        ["序号", "单位名称", "招聘岗位", "人数"],
        [1, "甲食品有限公司", "操作工", 20],
        [None, None, None, None],
        [None, None, "质检员", 2],
    ]

    assert judge(P, rows)[4].status == "refused"


def test_members_follow_their_holder_where_no_column_names_the_household() -> None:
    rows = [
        ["姓名", "与户主关系", "身份证号"],
        ["赵大", "户主", _IDS[0]],
        ["钱二", "妻", _IDS[1]],
        ["孙大", "户主", _IDS[2]],
        ["孙小", "长子", _IDS[3]],
    ]

    judged = judge(H, rows)

    keys = [household(judged[number]).key for number in (2, 3, 4, 5)]
    assert keys[0] == keys[1] != keys[2] == keys[3]
    assert "household_by_order" in codes(judged[3])


def test_columns_of_a_spouse_and_children_are_theirs_and_plain_ones_the_holders() -> None:
    rows = [
        [
            *(
                "困难职工姓名",
                "身份证号",
                "工作单位",
                "民族",
                "配偶姓名",
                "配偶身份证号",
                "配偶工作单位",
            ),
            *("子女姓名", "子女身份证号", "子女学历"),
        ],
        ["赵大", _IDS[0], "某厂", "回族", "钱二", _IDS[1], "某店", "赵小", _IDS[2], "本科"],
    ]

    members = household(judge(H, rows)[2]).members

    assert [(m.name, m.relation, m.id_number, m.work_unit, m.ethnicity) for m in members] == [
        ("赵大", "本人", _IDS[0], "某厂", "回族"),
        ("钱二", "配偶", _IDS[1], "某店", None),
        ("赵小", "子女", _IDS[2], None, None),
    ]


def test_groups_named_above_the_head_are_persons() -> None:
    rows = [
        ["户号", "户主信息", None, "家庭成员1", None, None],
        [None, "姓名", "身份证号", "姓名", "关系", "身份证号"],
        ["H01", "赵大", _IDS[0], "钱二", "妻子", _IDS[1]],
    ]
    merges = [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 5)]

    draft = household(judge(H, rows, merges)[3])

    assert (draft.holder_name, draft.file_no) == ("赵大", "H01")
    assert [(m.name, m.relation) for m in draft.members] == [("赵大", "本人"), ("钱二", "妻子")]


def test_a_line_of_signatures_is_no_data_however_many() -> None:
    rows = [
        ["档案编号", "姓名", "与户主关系", "身份证号", "困难类别"],
        ["D1", "赵大", "本人", _IDS[0], "深度困难"],
        ["主席签字：", "审核人：", "经办人：", "填表日期：2026年5月8日", "电话："],
    ]

    assert judge(H, rows)[3].status == "not_data"


@pytest.mark.parametrize(
    ("title", "firm"),
    [("注册会计师", "甲有限公司"), ("会计", "汇总信息科技有限公司"), ("平均律调音师", "乙琴行")],
)
def test_words_of_totals_and_notes_in_names_do_not_lose_the_row(title: str, firm: str) -> None:
    judged = judge(P, [["招聘岗位", "单位名称", "人数"], [title, firm, 2]])

    assert posting(judged[2]).title == title


def test_nested_json_is_laid_out_and_its_list_found_at_any_depth() -> None:
    job = {
        "jobTitle": "会计",
        "company": {"name": "甲有限公司", "size": "20-99人"},
        "contact": {"phone": "13712345678"},
        "skills": ["Excel", "用友"],
        "gender": "女",
    }
    data = json.dumps({"code": 0, "data": {"total": 1, "list": [job]}}).encode()

    judged = judge(P, data)

    draft = posting(judged[1])
    assert (draft.title, draft.employer.name, draft.contact_phone) == (
        "会计",
        "甲有限公司",
        "13712345678",
    )
    assert "column_dropped" in codes(judged[1])


def test_a_json_list_of_lists_is_a_table_with_a_head() -> None:
    data = json.dumps([["单位名称", "岗位名称"], ["甲小学", "数学教师"]]).encode()

    assert posting(judge(P, data)[2]).title == "数学教师"


def test_every_list_of_a_json_file_is_a_sheet() -> None:
    data = json.dumps({"postings": [{"title": "会计"}], "filters": [{"city": "甲市"}]}).encode()

    assert sorted(grid.sheet for grid in open_table(data, "a.json")) == ["a", "a.filters"]


_ROSTER = [["姓名", "身份证号", "毕业院校", "毕业时间"], ["张三", _IDS[0], "甲大学", "2026-07"]]
_FAMILIES = [["档案编号", "姓名", "与户主关系", "身份证号"], ["D1", "张三", "本人", _IDS[0]]]
_JOBS = [["单位名称", "岗位名称", "招聘人数"], ["甲有限公司", "会计", 2]]
_FIRMS = [["企业名称", "法定代表人", "营业执照号"], ["甲有限公司", "张三", "410100000012345"]]


@pytest.mark.parametrize(
    ("kind", "rows", "looks"),
    [
        (P, _ROSTER, "毕业生"),
        (P, _FAMILIES, "家庭"),
        (P, _FIRMS, "单位"),
        (G, _JOBS, "岗位"),
        (G, _FAMILIES, "家庭"),
        (H, _ROSTER, "毕业生"),
        (E, _ROSTER, "毕业生"),
    ],
)
def test_a_sheet_of_another_kind_is_refused_and_called_by_its_name(
    kind: ImportKind, rows: list[list[object]], looks: str
) -> None:
    judged = judge(kind, rows)

    (problem,) = judged[2].problems
    assert (judged[2].status, problem.code) == ("refused", "wrong_kind")
    assert looks in problem.reason


def test_notes_beside_a_table_are_no_data_but_alone_they_are_refused() -> None:
    notes = [["请如实填写"], ["身份证号设为文本"]]
    data = _book({"说明": notes, "名册": [[*_ROSTER[0], "学历"], [*_ROSTER[1], "本科"]]})
    aside, table = open_table(data, "a.xlsx")

    statuses = [row.status for row in judge_rows(G, aside, today=TODAY)]

    assert statuses == ["not_data", "not_data"]
    assert graduate(list(judge_rows(G, table, today=TODAY))[1]).name == "张三"
    assert {row.status for row in judge(G, notes).values()} == {"refused"}


def test_an_excel_apostrophe_is_no_part_of_a_number() -> None:
    rows = [["姓名", "身份证号", "学号", "学校"], ["张三", f"'{_IDS[0]}", "'0012345", "甲大学"]]

    draft = graduate(judge(G, rows)[2])

    assert (draft.id_number, draft.student_no) == (_IDS[0], "0012345")


def test_a_head_below_twenty_lines_of_notes_is_found() -> None:
    notes = [[f"{number}. 请认真填写说明。"] for number in range(1, 20)]

    judged = judge(G, make_csv([*notes, *_ROSTER]))

    assert graduate(judged[21]).name == "张三"


def _book(sheets: dict[str, list[list[object]]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


@pytest.mark.parametrize(
    ("rows", "merges"),
    [
        (
            [
                ["困难职工基本情况", None, None, "毕业生基本情况", None, None, None],
                ["姓名", "身份证号", "联系电话", "姓名", "身份证号", "联系电话", "毕业院校"],
                ["赵大", _IDS[0], "13800000001", "赵小", _IDS[2], "13800000002", "甲大学"],
            ],
            [(0, 0, 0, 2), (0, 3, 0, 6)],
        ),
        (
            [
                ["姓名", "身份证号", "电话", "子女姓名", "子女身份证号", "子女电话", "毕业院校"],
                ["赵大", _IDS[0], "13800000001", "赵小", _IDS[2], "13800000002", "甲大学"],
            ],
            [],
        ),
        (
            [
                ["姓名", "身份证号", "电话", "毕业生姓名", "身份证号", "电话", "毕业院校"],
                ["赵大", _IDS[0], "13800000001", "赵小", _IDS[2], "13800000002", "甲大学"],
            ],
            [],
        ),
    ],
)
def test_the_worker_beside_the_graduate_never_becomes_the_graduate(
    rows: list[list[object]], merges: list[tuple[int, int, int, int]]
) -> None:
    draft = graduate(list(judge(G, rows, merges).values())[-1])

    assert (draft.name, draft.id_number, draft.phone) == ("赵小", _IDS[2], "13800000002")
    assert (draft.holder_name, draft.holder_id_number) == ("赵大", _IDS[0])
