"""The product's own reader of 专业要求 feeds the snapshot."""

from matcher.kinds import EducationLevel, ListSide, MajorLevel, Mobility
from matcher.ranking.compiler import product_compiler
from matcher.ranking.engine import rank_postings
from matcher.ranking.explain import explain_pair
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import build_snapshot
from matcher.vocabulary.majors import load_catalogue
from matcher.vocabulary.requirements import read_requirement
from tests.factories.ranking import KEY


def test_a_named_major_comes_before_its_class_and_a_stranger_is_not_listed() -> None:
    names = ("会计学", "财务管理", "土木工程")
    majors = [load_catalogue().find(MajorLevel.BACHELOR, name, None) for name in names]
    people = [
        GraduateFacts(
            id=number,
            entry_number=number,
            education=EducationLevel.BACHELOR,
            majors=(leaf,),
            mobility=Mobility.ANYWHERE,
        )
        for number, leaf in enumerate(majors)
        if leaf is not None
    ]
    offer = PostingFacts(
        id=1,
        entry_number=1,
        requirement="会计学、工商管理类",
        education_min=EducationLevel.BACHELOR,
        place="371600",
    )

    snapshot = build_snapshot(
        people,
        [offer],
        DriveParameters(),
        compile_leaves=product_compiler(read_requirement),
        lottery_key=KEY,
    )
    ranked = rank_postings(snapshot, [0], ListSide.POSTING_ORDINARY, length=5)

    assert ranked.partners[0].tolist() == [0, 1, -1, -1, -1]
    points = [
        explain_pair(snapshot, snapshot.row_of_graduate(n), 0).parts[0].points for n in (0, 1)
    ]
    assert points == [3500, 2900]
