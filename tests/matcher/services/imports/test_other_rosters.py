"""Rosters of households by other hands: other heads, other layouts, the same people."""

from matcher.kinds import RowStatus
from matcher.kinds.household_facts import SchoolLevel
from matcher.kinds.households import HardshipCause, HealthState, WorkStatus
from matcher.models.household_facts import HouseholdCause, HouseholdIncome
from matcher.models.household_lives import MemberEmployment, MemberSchooling
from matcher.models.households import Household
from tests.matcher.services.imports.roster_house import Cells, House


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
