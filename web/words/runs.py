"""A ranking run in words (排序进度): how far, how long still."""

from dataclasses import dataclass

from matcher import clock
from matcher.kinds import RunState
from matcher.models.ranking_runs import RankingRun
from matcher.services.ranking_runs import RunProgress
from web.filters import figure
from web.i18n import gettext, label

_LEAST_SHARE = 0.02
"""Below this share of the lists an estimate would be a guess."""

_MINUTE = 60


@dataclass(frozen=True)
class RunWords:
    """A run as a fragment shows it."""

    public_id: str
    number: int
    state: RunState
    is_over: bool
    done: int
    total: int
    words: str


def run_words(run: RankingRun, progress: RunProgress) -> RunWords:
    """Return how far a run is."""
    over = progress.state not in (RunState.QUEUED, RunState.RUNNING)
    return RunWords(
        public_id=run.public_id,
        number=run.number,
        state=progress.state,
        is_over=over,
        done=progress.done,
        total=progress.total,
        words=_ended(run, progress) if over else _words(progress),
    )


def _ended(run: RankingRun, progress: RunProgress) -> str:
    """Return how a run ended; of a failed one also why and what to do."""
    return "：".join(filter(None, (label(progress.state), why_failed(run))))


def why_failed(run: RankingRun) -> str:
    """Return the sentence of what failed, empty for a run that did not."""
    return str(run.figures.get("error_message") or "")


def _words(progress: RunProgress) -> str:
    if not progress.total:
        return gettext("正在读取岗位和毕业生")
    said = gettext(
        "已完成 %(done)s / %(total)s 份名单",
        done=figure(progress.done),
        total=figure(progress.total),
    )
    left = _left(progress)
    return said + left if left else said


def _left(progress: RunProgress) -> str:
    """Return about how long it still takes, empty while nobody can say."""
    share = progress.done / progress.total
    if progress.started_at is None or share < _LEAST_SHARE:
        return ""
    passed = (clock.now() - progress.started_at).total_seconds()
    left = passed * (1 - share) / share
    if left < _MINUTE:
        return gettext("，约还要 %(count)s 秒", count=figure(max(1, round(left))))
    return gettext("，约还要 %(count)s 分钟", count=figure(round(left / _MINUTE)))
