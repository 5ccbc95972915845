"""What the log of a booth comes to: whatever was pressed and taken back, one standing that the last decision rules."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.contact_steps import (
    UNDOABLE,
    Step,
    adds_nothing,
    counting,
    standing_of,
    undoable,
)
from matcher.kinds.fair_hall import ContactState, ContactStepKind
from matcher.kinds.referrals import RefusalReason

_K = ContactStepKind
_START = dt.datetime(2026, 8, 28, 1, tzinfo=dt.UTC)


def _step(number: int, kind: ContactStepKind, **facts: object) -> Step:
    fields: dict[str, object] = {"id": number, "kind": kind}
    fields["at"] = _START + dt.timedelta(minutes=number)
    if kind is _K.INTENT:
        fields["posting_id"] = 1 + number % 2
    if kind is _K.REFUSED:
        fields["reason"] = RefusalReason.SKILL
    return Step(**(fields | facts))  # type: ignore[arg-type] # by name


@st.composite
def logs(draw: st.DrawFn) -> list[Step]:
    """Draw a log as the service writes it: undoings name the last step that may be taken back."""
    kinds = st.sampled_from([*(one for one in _K if one is not _K.UNDONE), _K.UNDONE])
    steps = [_step(1, _K.SCANNED)]
    for kind in draw(st.lists(kinds, max_size=12)):
        last = undoable(steps)
        if kind is not _K.UNDONE:
            steps.append(_step(len(steps) + 1, kind))
        elif last is not None:
            steps.append(_step(len(steps) + 1, kind, undoes_id=last.id))
    return steps


@given(logs())
def test_the_state_is_that_of_the_last_decision_that_counts(log: list[Step]) -> None:
    decided = [one for one in counting(log) if one.kind in (_K.INTENT, _K.REFUSED)]

    standing = standing_of(log)

    if decided:
        assert standing.state.value == decided[-1].kind.value
    else:
        assert standing.state in (ContactState.MET, ContactState.INTERVIEWED)


@given(logs())
def test_the_rules_of_the_table_hold_for_every_log(log: list[Step]) -> None:
    standing = standing_of(log)

    assert (standing.state is ContactState.REFUSED) == (standing.reason is not None)
    assert (standing.state is ContactState.INTENT) == (standing.intent_at is not None)
    assert standing.intent_at is None or standing.posting_id is not None
    assert standing.state is not ContactState.INTERVIEWED or standing.interviewed_at is not None


@given(logs(), st.sampled_from(sorted(UNDOABLE)))
def test_taking_back_what_was_done_last_leaves_everything_as_it_was(
    log: list[Step], kind: ContactStepKind
) -> None:
    before = standing_of(log)
    done = [*log, _step(len(log) + 1, kind)]
    last = undoable(done)
    assert last is not None
    assert last.id == len(log) + 1

    undone = [*done, _step(len(done) + 1, _K.UNDONE, undoes_id=last.id)]

    assert standing_of(undone) == before


@given(logs())
def test_a_step_said_twice_adds_nothing(log: list[Step]) -> None:
    for kind in sorted(UNDOABLE):
        once = [*log, _step(101, kind)]

        assert adds_nothing(once, _step(103, kind))


def test_an_intent_for_another_posting_adds_something() -> None:
    once = [_step(1, _K.SCANNED), _step(2, _K.INTENT, posting_id=7)]

    assert adds_nothing(once, _step(3, _K.INTENT, posting_id=7))
    assert not adds_nothing(once, _step(3, _K.INTENT, posting_id=8))


def test_a_scan_is_always_written_and_never_taken_back() -> None:
    log = [_step(1, _K.SCANNED), _step(2, _K.SCANNED)]

    assert not adds_nothing(log[:1], log[1])
    assert undoable(log) is None


def test_a_note_written_since_does_not_stand_in_the_way_of_an_undo() -> None:
    log = [_step(1, _K.SCANNED), _step(2, _K.REFUSED), _step(3, _K.NOTED)]

    found = undoable(log)

    assert found is not None
    assert found.id == 2
