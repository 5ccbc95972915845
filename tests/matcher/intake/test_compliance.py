"""Banned conditions are found; negations and lawful words are left alone."""

import datetime as dt

import pytest

from matcher.intake.compliance import find_violations

BLOCKED = [
    ("男性;中共党员", "sex"),
    ("需一线执法、夜间执法，适合男性", "sex"),
    ("限女性", "sex"),
    ("仅限男性报考", "sex"),
    ("形象气质佳，女士优先", "sex"),
    ("男生更佳", "sex"),
    ("性别：男", "sex"),
    ("1.女，18-25岁", "sex"),
    ("招男工2名", "sex"),
    ("男2人，女1人", "sex"),
    ("女性勿扰", "sex"),
    ("诚聘美女前台", "sex"),
    ("未婚", "marriage"),
    ("已婚已育优先", "marriage"),
    ("要求未婚女性", "marriage"),
    ("三年内不得怀孕", "pregnancy"),
    ("近期无生育计划", "pregnancy"),
    ("入职须做孕检", "pregnancy"),
    ("入职需交押金300元", "fees"),
    ("入职收取服装费200元", "fees"),
    ("需缴纳培训费", "fees"),
    ("体检费自理", "fees"),
    ("入职时上交身份证", "documents_kept"),
    ("公司代管员工身份证", "documents_kept"),
    ("乙肝携带者勿投", "hepatitis"),
    ("入职体检查两对半", "hepatitis"),
    ("身体健康，无残疾", "disability"),
    ("谢绝残疾人", "disability"),
    ("仅限汉族", "ethnicity"),
    ("无宗教信仰", "religion"),
]
DOUBTED = [
    ("年龄18-35周岁", "age", "warn"),
    ("35岁以下", "age", "warn"),
    ("90后优先", "age", "warn"),
    ("限汕头市户籍", "household_register", "warn"),
    ("韶关市户籍（生源）", "household_register", "warn"),
    ("本地户口优先", "household_register", "warn"),
    ("本岗位为劳务派遣", "labour_dispatch", "flag"),
    ("与某某人力资源公司签订合同", "labour_dispatch", "flag"),
    ("先培训后上岗", "train_first", "flag"),
    ("可办理培训贷", "train_first", "flag"),
    ("学费分期，毕业后包就业", "train_first", "flag"),
    ("轻松月入过万", "bait", "flag"),
]
LAWFUL = [
    "男女不限",
    "性别不限",
    "性别：不限",
    "男、女均可",
    "男女平等，同工同酬",
    "同等条件下男女平等录用",
    "从事女性罪犯管理工作",
    "女子监狱人民警察",
    "女职工特殊保护",
    "享受女职工产假",
    "省妇女联合会",
    "柒牌男装导购",
    "负责女鞋、女装的陈列",
    "面向女性用户的产品运营",
    "为员工及子女缴纳商业医疗保险",
    "有限公司男装店",
    "不得限男性",
    "婚否不限",
    "未婚已婚均可",
    "提供单身公寓",
    "享受婚假、产假",
    "婚姻登记窗口工作",
    "不以结婚、生育为录用条件",
    "禁止将妊娠测试作为入职体检项目",
    "负责妇产科孕检服务",
    "免收押金",
    "不收取任何费用",
    "公司不收取任何押金、服装费",
    "凡收取报名费的均为诈骗",
    "负责投标保证金的缴纳",
    "负责客户押金的收取与退还",
    "体检费由公司承担",
    "无需缴纳培训费",
    "入职时提供身份证复印件",
    "不扣押身份证",
    "年龄不限",
    "年满18周岁",
    "负责3-6岁幼儿的教学",
    "户籍不限",
    "公司协助办理落户、户口迁移",
    "负责户籍管理工作",
    "非劳务派遣，直签合同",
    "负责劳务派遣业务的拓展",
    "带薪培训后上岗",
    "免费岗前培训，培训后上岗",
    "负责新员工培训后上岗考核",
    "从事乙肝疫苗研究",
    "残疾人优先",
    "残疾人均可报名",
    "民族不限",
    "民族宗教事务局",
    "中共党员",
    "录音、保存录像",
]


@pytest.mark.parametrize(("text", "code"), BLOCKED)
def test_a_banned_condition_blocks_with_its_article(text: str, code: str) -> None:
    found = {v.code: v for v in find_violations(text)}

    assert code in found
    assert found[code].severity == "block"
    assert found[code].article.startswith("《")
    assert found[code].suggestion


@pytest.mark.parametrize(("text", "code", "severity"), DOUBTED)
def test_a_doubtful_condition_warns_or_is_flagged(text: str, code: str, severity: str) -> None:
    found = {v.code: v.severity for v in find_violations(text)}

    assert found.get(code) == severity


@pytest.mark.parametrize("text", LAWFUL)
def test_negations_and_lawful_words_are_left_alone(text: str) -> None:
    assert [(v.code, v.words) for v in find_violations(text)] == []


def test_a_rule_does_not_judge_the_time_before_it_was_in_force() -> None:
    before = find_violations("已婚已育优先", dt.date(2022, 12, 31))

    assert before == []
    assert find_violations("已婚已育优先", dt.date(2023, 1, 1))
