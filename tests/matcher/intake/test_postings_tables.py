"""Tables of postings: heads anywhere, in any spelling; law's elements named; sex and age dropped."""

import datetime as dt

import pytest

from matcher.intake import (
    JudgedRow,
    JudgeOptions,
    PostingDraft,
    guess_columns,
    head_signature,
    judge_rows,
    mapping_of,
    match_head,
    open_table,
    override_mapping,
)
from matcher.kinds import EducationLevel, ImportKind
from tests.matcher.intake.sheets import make_xlsx

TODAY = dt.date(2026, 11, 22)
_OFFICIAL = [
    ["附件3", *[None] * 8],
    ["某省2026年招录职位表", *[None] * 8],
    ["报考\n条件", "年龄18至35周岁，须为应届毕业生。", *[None] * 7],
    [
        "招录机关",
        "职位\n名称",
        "招录\n人数",
        "学历",
        "研究生专业\n名称及代码",
        "本科专业\n名称及代码",
        "性别",
        "其他要求",
        "考区",
    ],
    [
        "甲市税务局",
        "一级科员",
        2.0,
        "本科以上",
        "会计学(A120201)",
        "会计学(B120203)",
        "男",
        "男性；中共党员",
        "郑州",
    ],
    ["乙县统计局", "科员", "若干", "大专", None, None, "不限", None, "开封"],
]
_OFFICIAL_MERGES = [(1, 0, 1, 8), (2, 1, 2, 8)]


def _judge(
    data: bytes, name: str = "a.xlsx", options: JudgeOptions | None = None
) -> dict[int, JudgedRow]:
    (grid,) = open_table(data, name)
    return {r.row: r for r in judge_rows(ImportKind.POSTINGS, grid, today=TODAY, options=options)}


def _draft(row: JudgedRow) -> PostingDraft:
    assert isinstance(row.draft, PostingDraft), row.problems
    return row.draft


def test_the_head_is_found_below_titles_and_notes() -> None:
    judged = _judge(make_xlsx(_OFFICIAL, _OFFICIAL_MERGES))

    assert [r.status for r in judged.values()] == ["not_data"] * 4 + ["ok"] * 2
    draft = _draft(judged[5])
    assert (draft.employer.name, draft.title, draft.headcount) == ("甲市税务局", "一级科员", 2)
    assert (draft.major_graduate, draft.major_bachelor) == ("会计学(A120201)", "会计学(B120203)")
    assert draft.education_min is EducationLevel.BACHELOR


def test_sex_columns_are_dropped_and_reported_once_a_sheet() -> None:
    judged = _judge(make_xlsx(_OFFICIAL, _OFFICIAL_MERGES))

    dropped = [
        (r.row, p.head) for r in judged.values() for p in r.problems if p.code == "column_dropped"
    ]
    assert dropped == [(4, "性别")]
    assert _draft(judged[5]).extras == ()


def test_a_condition_on_sex_in_a_text_is_flagged_with_its_article() -> None:
    judged = _judge(make_xlsx(_OFFICIAL, _OFFICIAL_MERGES))

    assert [v.code for v in _draft(judged[5]).violations] == ["sex"]
    (problem,) = [p for p in judged[5].problems if p.code == "condition_sex"]
    assert "妇女权益保障法" in problem.reason
    assert problem.column == "H"


def test_missing_legal_elements_are_named_and_the_row_is_taken() -> None:
    judged = _judge(make_xlsx(_OFFICIAL, _OFFICIAL_MERGES))

    assert _draft(judged[6]).incomplete == ("招聘人数", "工作内容", "基本劳动报酬", "有效期限")


@pytest.mark.parametrize("headcount", [0, -2, 1.5, 200_000])
def test_an_impossible_headcount_refuses_the_row(headcount: float) -> None:
    judged = _judge(
        make_xlsx([["单位名称", "岗位名称", "招聘人数"], ["甲公司", "会计", headcount]])
    )

    assert judged[2].status == "refused"
    assert [p.code for p in judged[2].problems if p.severity == "refuse"] == ["count_impossible"]


def test_more_reserved_seats_than_seats_refuse_the_row() -> None:
    rows = [
        ["单位名称", "岗位名称", "招聘人数", "预留席位", "零就业家庭预留"],
        ["甲公司", "会计", 2, 2, 1],
    ]

    judged = _judge(make_xlsx(rows))

    assert [p.code for p in judged[2].problems if p.severity == "refuse"] == ["reserve_exceeds"]


def test_a_row_without_employer_is_refused_unless_the_caller_names_one() -> None:
    data = make_xlsx([["岗位名称", "招聘人数"], ["会计", 2], ["出纳", 1]])

    alone, named = _judge(data), _judge(data, options=JudgeOptions(employer_name="甲公司"))

    assert alone[2].status == "refused"
    assert _draft(named[2]).employer.name == "甲公司"


def test_camel_case_keys_of_json_are_known() -> None:
    data = '[{"companyName": "甲公司", "jobTitle": "会计", "headCount": 3, "salary": "5-8K", "workCity": "郑州"}]'

    draft = _draft(_judge(data.encode(), "a.json")[1])

    assert (draft.employer.name, draft.title, draft.headcount) == ("甲公司", "会计", 3)
    assert draft.pay is not None
    assert (draft.pay.low_yuan, draft.pay.high_yuan) == (5000, 8000)


def test_a_table_without_a_head_is_read_by_its_values() -> None:
    rows = [
        [
            f"https://jobs.example.cn/{n}",
            "会计助理",
            f"郑州{n}号机械有限公司",
            "4-6千/月",
            "郑州-金水区",
            "04-20",
        ]
        for n in range(12)
    ]
    (grid,) = open_table(make_xlsx(rows), "a.xlsx")

    concepts = [g.concept for g in guess_columns(ImportKind.POSTINGS, grid)]

    assert concepts == ["url", "title", "employer_name", "pay_text", "place", "posted_on"]


def test_experience_glued_to_education_is_taken_apart() -> None:
    rows = [
        ["职位名称", "公司名称", "学历经验要求"],
        ["开发", "甲公司", "1-3年本科"],
        ["测试", "乙公司", "经验不限学历不限"],
    ]

    judged = _judge(make_xlsx(rows))

    assert (_draft(judged[2]).experience, _draft(judged[2]).education_text) == ("1-3年", "本科")
    assert _draft(judged[3]).education_min is None


def test_the_head_names_the_unit_of_bare_numbers() -> None:
    rows = [["单位名称", "岗位名称", "年薪（万元）"], ["甲公司", "会计", "12-24"]]

    pay = _draft(_judge(make_xlsx(rows))[2]).pay

    assert pay is not None
    assert (pay.low_yuan, pay.high_yuan) == (10_000, 20_000)


def test_yes_under_a_head_that_asks_means_what_the_head_says() -> None:
    rows = [
        ["招考单位", "招考职位", "是否要求2年以上基层工作经历", "是否限应届毕业生报考"],
        ["甲局", "科员", "是", "否"],
        ["乙局", "科员", "否", "应届毕业生"],
    ]

    judged = _judge(make_xlsx(rows))

    assert (_draft(judged[2]).experience, _draft(judged[2]).fresh_graduates_only) == (
        "2年以上基层工作经历",
        False,
    )
    assert (_draft(judged[3]).experience, _draft(judged[3]).fresh_graduates_only) == (None, True)


def test_rows_below_another_head_are_refused_not_misread() -> None:
    rows = [
        ["单位名称", "岗位名称", "招聘人数", "学历"],
        ["甲公司", "会计", 2, "本科"],
        ["岗位名称", "招聘单位", "学历要求", "招聘人数"],
        ["出纳", "乙公司", "大专", 1],
    ]

    judged = _judge(make_xlsx(rows))

    assert [judged[n].status for n in (2, 3, 4)] == ["ok", "not_data", "refused"]


def test_a_sheet_of_another_kind_says_so() -> None:
    rows = [["姓名", "身份证号", "毕业院校"], ["张三", "11010519491231002X", "甲大学"]]

    judged = _judge(make_xlsx(rows))

    assert [p.code for p in judged[2].problems if p.severity == "refuse"] == ["wrong_kind"]


def test_a_person_may_overrule_what_a_column_means() -> None:
    rows = [["单位名称", "岗位名称", "甲栏"], ["甲公司", "会计", "3"], ["甲公司", "出纳", "1"]]
    (grid,) = open_table(make_xlsx(rows), "a.xlsx")
    guesses = guess_columns(ImportKind.POSTINGS, grid)

    mapping = override_mapping(guesses, {2: "headcount"})

    judged = list(judge_rows(ImportKind.POSTINGS, grid, mapping, today=TODAY))
    assert 2 not in mapping_of(guesses)
    assert _draft(judged[1]).headcount == 3


def test_unknown_columns_are_kept_and_reported() -> None:
    rows = [["单位名称", "岗位名称", "食宿安排"], ["甲公司", "会计", "包住"]]

    judged = _judge(make_xlsx(rows))

    assert _draft(judged[2]).extras == (("食宿安排", "包住"),)
    assert "column_unknown" in [p.code for p in judged[1].problems]


def test_the_signature_of_a_head_does_not_depend_on_the_rows() -> None:
    head = ["单位名称", "岗位名称", "招聘人数"]
    (one,) = open_table(make_xlsx([head, ["甲公司", "会计", 1]]), "a.xlsx")
    (two,) = open_table(
        make_xlsx([["标题"], [" 单位名称 ", "岗位\n名称", "招聘人数"], ["乙公司", "出纳", 2]]),
        "b.xlsx",
    )

    assert head_signature(one) == head_signature(two)


@pytest.mark.parametrize(
    ("kind", "head", "concept"),
    [
        (ImportKind.GRADUATES, "本人身份证号码（必填）", "id_number"),
        (ImportKind.GRADUATES, "家长联系电话", "home_phone"),
        (ImportKind.GRADUATES, "生源所在地(学生填写)", "origin_place"),
        (ImportKind.GRADUATES, "knslbdm", "hardship_kind_code"),
        (ImportKind.GRADUATES, "户主身份证号", "holder_id_number"),
        (ImportKind.GRADUATES, "*学历层次", "education_level"),
        (ImportKind.GRADUATES, "姓名拼音", None),
        (ImportKind.POSTINGS, "拟招聘岗位名称", "title"),
        (ImportKind.POSTINGS, "3、招聘人数（人）", "headcount"),
    ],
)
def test_heads_are_known_by_their_words(kind: ImportKind, head: str, concept: str | None) -> None:
    assert match_head(kind, head)[0] == concept
