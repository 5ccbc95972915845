"""A roster's column of wishes may hold a sentence: it is read, and what is refused is not taken."""

from matcher.intake.drafts import GraduateDraft
from matcher.kinds import UnitKind
from matcher.services.imports.graduate_wishes import intent_values

ACCOUNTING, SALES = "2-06-03-00", "4-01-02-01"


def _draft(**said: object) -> GraduateDraft:
    return GraduateDraft(name="张三", **said)  # type: ignore[arg-type] # columns by name


def test_a_sentence_of_wishes_fills_every_field() -> None:
    values = intent_values(_draft(wanted_occupations="想在银川做会计，4000以上，国企优先，省内"))

    assert (values["places"], values["occupations"]) == (["640100"], [ACCOUNTING])
    assert (values["unit_kinds"], values["wanted_pay_yuan"]) == (["state_owned"], 4000)
    assert values["mobility"] == "province"
    assert values["text"] == "想在银川做会计，4000以上，国企优先，省内"


def test_what_a_sentence_refuses_is_not_taken_for_a_wish() -> None:
    values = intent_values(_draft(wanted_occupations="会计，不要销售"))

    assert values["occupations"] == [ACCOUNTING]
    assert intent_values(_draft(wanted_occupations="做销售，不做销售"))["occupations"] == []


def test_columns_of_their_own_count_before_the_sentence() -> None:
    values = intent_values(
        _draft(
            wanted_occupations="想在银川做会计，国企",
            wanted_places="石嘴山",
            wanted_unit_kinds=(UnitKind.PRIVATE,),
        )
    )

    assert (values["places"], values["unit_kinds"]) == (["640200"], ["private"])


def test_single_words_are_read_as_before() -> None:
    values = intent_values(_draft(wanted_occupations="会计、运营、跟单员"))

    assert values["occupations"][0] == ACCOUNTING
    assert "4-01-06-01" in values["occupations"]
    assert intent_values(_draft())["occupations"] == []
