"""Heads nobody listed: words combined anew, English in any case, codes of fields, a hundred columns."""

import random

import pytest

from matcher.intake import match_head
from matcher.kinds import ImportKind
from tests.matcher.intake.messy import valid_id
from tests.matcher.intake.unseen import columns, graduate, judge, make_csv, posting


def a_number(seed: int = 3) -> str:
    """Make one number."""
    return valid_id(random.Random(seed))


P, E, G, H = ImportKind.POSTINGS, ImportKind.EMPLOYERS, ImportKind.GRADUATES, ImportKind.HOUSEHOLDS


@pytest.mark.parametrize(
    ("kind", "head", "concept"),
    [
        (P, "薪酬标准（万元/年）", "pay_text"),
        (P, "月综合收入（元）", "pay_text"),
        (P, "起薪（元）", "pay_low"),
        (P, "专业名称要求（大学专科）", "major_college"),
        (P, "专业名称要求（大学本科）", "major_bachelor"),
        (P, "硕士研究生专业名称", "major_graduate"),
        (P, "本科及以上专业要求", "major_any"),
        (P, "学历及学位要求", "education"),
        (P, "招聘学校", "employer_name"),
        (P, "招考计划", "headcount"),
        (P, "公司全名", "employer_name"),
        (P, "学科（岗位）", "title"),
        (P, "教师资格要求", "certificates"),
        (P, "市(县、区)", "place"),
        (P, "性别/年龄", "sex"),
        (P, "monthly_salary", "pay_text"),
        (P, "Number of Openings", "headcount"),
        (P, "Application Deadline", "valid_until"),
        (P, "contact.phone", "contact_phone"),
        (P, "genderRequirement", "sex"),
        (P, "ageLimit", "age"),
        (E, "enterprise_name", "employer_name"),
        (E, "employeeCount", "unit_size"),
        (G, "intention.expectedSalary", "wanted_pay"),
        (G, "期望就业城市", "wanted_places"),
        (G, "AAC002", "id_number"),
        (G, "困难职工档案编号", "file_no"),
        (H, "帮扶档案号", "file_no"),
    ],
)
def test_a_head_is_known_by_how_it_is_built(kind: ImportKind, head: str, concept: str) -> None:
    assert match_head(kind, head)[0] == concept


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        (P, "HR职位"),
        (P, "面试地点"),
        (P, "落户地点"),
        (P, "监督电话"),
        (P, "家庭月人均收入"),
        (P, "公司网址"),
        (G, "父亲身份证号"),
        (G, "father_name"),
        (G, "AAC001"),
    ],
)
def test_a_head_of_somebody_or_something_else_is_not_taken(kind: ImportKind, head: str) -> None:
    assert match_head(kind, head)[0] is None


def test_the_office_that_employs_counts_before_the_one_above_it() -> None:
    assert columns(P, ["主管部门", "招录机关", "职位名称"])[:2] == ["parent_unit", "employer_name"]
    assert columns(P, ["主管部门", "职位名称"])[0] == "employer_name"


def test_a_ministry_and_its_part_name_the_employer_together() -> None:
    rows = [
        ["部门名称", "用人司局", "招考职位"],
        ["国家某局", "人事司", "科员"],
        ["国家某总局", "国家某总局郑州市分局", "科员"],
    ]

    judged = judge(P, rows)

    assert posting(judged[2]).employer.name == "国家某局人事司"
    assert posting(judged[3]).employer.name == "国家某总局郑州市分局"


def test_an_office_every_town_has_is_named_with_its_town() -> None:
    rows = [
        ["地区名称", "单位名称", "职位名称"],
        ["南京市", "市委办公室", "科员"],
        ["溧水区", "区财政局", "科员"],
        ["南京市", "市政工程有限公司", "会计"],
    ]

    names = [posting(row).employer.name for row in list(judge(P, rows).values())[1:]]

    assert names == ["南京市委办公室", "溧水区财政局", "市政工程有限公司"]


def test_a_head_is_found_among_a_hundred_columns_nobody_knows() -> None:
    heads = [f"自定义{i}项" for i in range(90)]
    rows = [
        ["姓名", "身份证号", "学历", "专业名称", "出生日期", "预计毕业日期", *heads],
        ["张三", a_number(), "本科", "法学", "2003-05-01", "2026-06-30", *["甲"] * 90],
    ]

    judged = judge(G, rows)

    assert judged[1].status == "not_data"
    assert str(graduate(judged[2]).graduation_date) == "2026-06-30"


def test_names_of_fields_under_a_head_are_a_part_of_it() -> None:
    rows = [
        ["证件号码", "姓名", "文化程度", "登记日期"],
        ["aac002", "aac003", "aac011", "ajc093"],
        [a_number(), "张三", "本科", "20250901"],
    ]

    for order in (rows, [rows[1], rows[0], rows[2]]):
        judged = judge(G, order)

        assert [row.status for row in judged.values()] == ["not_data", "not_data", "ok"]


def test_a_nameless_date_is_a_graduation_only_if_the_people_were_of_age() -> None:
    number = a_number()
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"

    of_birth = graduate(judge(G, make_csv([["张三", number, born]]))[1])
    of_age = graduate(judge(G, make_csv([["张三", number, "2026-06-30"]]))[1])

    assert of_birth.graduation_date is None
    assert str(of_age.graduation_date) == "2026-06-30"


def test_a_column_of_codes_headed_by_number_is_the_code() -> None:
    assert columns(H, ["编号", "户主姓名", "致困原因"], ["L-0012", "张三", "疾病"])[0] == "file_no"
    assert columns(H, ["编号", "户主姓名", "致困原因"], [1, "张三", "疾病"])[0] == "ordinal"


def test_age_is_dropped_from_rosters_of_people_too() -> None:
    assert columns(G, ["姓名", "年龄", "身份证号"])[1] == "age"
    assert columns(H, ["成员姓名", "成员年龄", "与户主关系"])[1] == "age"
