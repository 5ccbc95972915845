"""The survey of both sides (会后问卷): by the link, by the code at the exit, from paper; nobody learns whose it is.

An answer keeps its day and not its instant, and no number of a visitor or an employer; the ask only notes that one
came. Results are shown from five answers on, and free words never beside the choices they came with.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.fairs.improvements import FEW_ANSWERS
from matcher.kinds.fair_reports import OutcomeSide, SurveyChannel, SurveySide
from matcher.kinds.fairs import FairState
from matcher.kinds.referrals import ReferralVia
from matcher.models.fair_reports import FairAsk, FairFollow, FairOutcomeStep, FairSurveyAnswer
from matcher.models.fairs import Fair
from matcher.policy.fair_survey import Question, edition, kept_answers, questions_of
from matcher.services.casework.sealed_words import seal, unseal
from matcher.services.fair_reports import asking, following
from matcher.services.fair_reports.following import Told
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, not_found

WORDS = "fair_survey_answer.words"
_LONGEST_WORDS = 500
_LONGEST_NUMBER = 32


@dataclass(frozen=True)
class QuestionResult:
    """What was answered to one question: how often each choice, and the mean of scores."""

    question: Question
    counts: dict[str, int]
    n: int
    mean: float | None


@dataclass(frozen=True)
class SurveyResult:
    """The answers of one side; `questions` is empty while there are too few to show."""

    side: SurveySide
    n_asked: int
    n_answers: int
    questions: list[QuestionResult]
    words: list[str]

    @property
    def is_hidden(self) -> bool:
        """Say whether there are answers, but too few to show."""
        return 0 < self.n_answers < FEW_ANSWERS


def answer_by_link(
    session: Session, token: str, sent: Mapping[str, list[str]], words: str | None
) -> None:
    """Take the answer of whom a link was sent to, once."""
    ask = asking.look(session, token, lock=True)
    if ask.survey_done:
        raise RuleBrokenError("fair_survey_done", "问卷已经收到，谢谢，不用再填。")
    _keep(session, ask.fair_id, ask.side, sent, words, channel=SurveyChannel.LINK)
    ask.survey_done = True
    session.flush()


def answer_openly(
    session: Session,
    fair_token: str,
    side: SurveySide,
    sent: Mapping[str, list[str]],
    words: str | None,
    *,
    number: str,
) -> None:
    """Take an answer from the page behind the code at the exit; anybody may, the address is limited in rate.

    Parameters
    ----------
    number : random, made when the page was shown: the page sent twice is one answer
    """
    fair = surveyed_fair(session, fair_token)
    if not is_survey_open(fair):
        raise RuleBrokenError("fair_survey_closed", "问卷在招聘会当天到结束后三个月内可以填。")
    code = f"page:{number[:_LONGEST_NUMBER]}"
    _keep(session, fair.id, side, sent, words, channel=SurveyChannel.OPEN, code=code)
    session.flush()


def surveyed_fair(session: Session, fair_token: str) -> Fair:
    """Return the fair of a public address; drafts and cancelled ones answer like missing ones."""
    found = sa.select(Fair).where(
        Fair.token == fair_token, Fair.state.in_((FairState.ANNOUNCED, FairState.CLOSED))
    )
    return first_or_missing(session, found, lock=False)


def is_survey_open(fair: Fair) -> bool:
    """Say whether anybody may answer: from the first day to the end of the days links have."""
    last = asking.last_day(fair.venue_region, fair.last_on)
    return fair.first_on <= clock.today() <= last


def keep_paper(
    session: Session,
    fair: Fair,
    side: SurveySide,
    sent: Mapping[str, list[str]],
    *,
    words: str | None,
    code: str,
) -> FairSurveyAnswer:
    """Keep the answer on a printed questionnaire; callers judged it before."""
    return _keep(session, fair.id, side, sent, words, channel=SurveyChannel.PAPER, code=code)


def _keep(
    session: Session,
    fair_id: int,
    side: SurveySide,
    sent: Mapping[str, list[str]],
    words: str | None,
    *,
    channel: SurveyChannel,
    code: str | None = None,
) -> FairSurveyAnswer:
    """Keep an answer; one whose code stands already is returned as it stands."""
    answers = kept_answers(side, sent)
    said = (words or "").strip()
    if not answers and not said:
        message = "一题也没有答，请至少答一题。"
        raise InvalidInputError("fair_survey_empty", message, fields={"": message})
    if len(said) > _LONGEST_WORDS:
        message = f"意见最多 {_LONGEST_WORDS} 个字。"
        raise InvalidInputError("fair_survey_long", message, fields={"words": message})
    values = {
        "fair_id": fair_id,
        "side": side,
        "channel": channel,
        "answered_on": clock.today(),
        "answers": answers,
        "edition": edition(),
        "words_cipher": seal(session, said, WORDS),
        "paper_code": code,
    }
    made = insert_if_new(session, FairSurveyAnswer, values)
    if made is not None:
        return made
    standing = sa.select(FairSurveyAnswer).where(
        FairSurveyAnswer.fair_id == fair_id, FairSurveyAnswer.paper_code == code
    )
    return session.scalars(standing).one()


def tell_by_link(session: Session, token: str, follow_id: str, told: Told) -> None:
    """Take what the employer or the visitor of a link tells of one of the own intents."""
    ask = asking.look(session, token)
    own = asking.follows_of(session, ask)
    if follow_id not in {one.public_id for one in own}:
        raise not_found()
    found = sa.select(FairFollow).where(FairFollow.public_id == follow_id)
    follow = first_or_missing(session, found, lock=True)
    side = OutcomeSide.EMPLOYER if ask.side is SurveySide.EMPLOYER else OutcomeSide.VISITOR
    by = asking.actor_of(session, ask)
    following.record(session, by, follow, told, side=side, via=ReferralVia.LINK)


def own_word(session: Session, ask: FairAsk, follow: FairFollow) -> FairOutcomeStep | None:
    """Return what the side of a link said itself, never what the other did."""
    side = OutcomeSide.EMPLOYER if ask.side is SurveySide.EMPLOYER else OutcomeSide.VISITOR
    return following.last_words(session, follow).get(side)


def read_results(session: Session, by: Actor, fair: Fair, side: SurveySide) -> SurveyResult:
    """Return the answers of a side, counted; reading the free words is noted once a call."""
    require(by, Permission.VIEW_FAIRS)
    found = sa.select(FairSurveyAnswer).where(
        FairSurveyAnswer.fair_id == fair.id, FairSurveyAnswer.side == side
    )
    rows = list(session.scalars(found.order_by(FairSurveyAnswer.id)))
    asked = sa.select(sa.func.count()).where(FairAsk.fair_id == fair.id, FairAsk.side == side)
    n_asked = int(session.scalar(asked) or 0)
    if len(rows) < FEW_ANSWERS:
        return SurveyResult(side, n_asked, len(rows), [], [])
    questions = [_result(one, [row.answers for row in rows]) for one in questions_of(side)]
    words = [unseal(session, row.words_cipher, WORDS) for row in rows]
    return SurveyResult(side, n_asked, len(rows), questions, sorted(one for one in words if one))


def _result(question: Question, answers: list[dict[str, object]]) -> QuestionResult:
    given = [one[question.code] for one in answers if question.code in one]
    counts: Counter[str] = Counter()
    for one in given:
        counts.update([str(each) for each in one] if isinstance(one, list) else [str(one)])
    mean = None
    if question.is_score and given:
        mean = sum(int(str(one)) for one in given) / len(given)
    return QuestionResult(question, dict(counts), len(given), mean)
