"""Whose household a row of a roster belongs to, and what a later roster may change."""

from matcher.kinds import RowStatus
from matcher.kinds.households import WorkStatus
from matcher.models.households import Household
from tests.matcher.services.imports.roster_house import Cells, House, make_id


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
    more = {name: make_id(1974) for name in ("赵大", "钱大", "孙大")}
    second: list[Cells] = [
        head,
        *([n, name, "户主", number] for n, (name, number) in enumerate(more.items(), start=1)),
        [1, "赵小", "子", make_id(2004)],
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
