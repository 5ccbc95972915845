"""Rules of who is told first: all whom it matters to, hidden among others, and a size that tells nothing."""

from hypothesis import given
from hypothesis import strategies as st

from matcher.fairs.waves import first_wave

_KEYS = st.lists(st.text("abcdef0123456789", min_size=4, max_size=6), unique=True, max_size=60)


@given(_KEYS, st.data())
def test_whoever_must_be_first_is(keys: list[str], data: st.DataObject) -> None:
    ahead = data.draw(st.sets(st.sampled_from(keys))) if keys else set()

    wave = first_wave(keys, ahead, percent=50, secret=b"s")

    assert ahead <= wave <= set(keys)


@given(_KEYS, st.data())
def test_the_size_of_the_wave_does_not_tell_how_many_they_are(
    keys: list[str], data: st.DataObject
) -> None:
    """As long as they are no more than a quarter of all, the first half of the invitations is a half."""
    most = len(keys) // 4
    ahead = data.draw(st.sets(st.sampled_from(keys), max_size=most)) if most else set()

    wave = first_wave(keys, ahead, percent=50, secret=b"s")

    assert len(wave) == -(-len(keys) // 2)


@given(_KEYS, st.data())
def test_they_are_never_more_than_half_of_a_wave_that_is_not_everybody(
    keys: list[str], data: st.DataObject
) -> None:
    ahead = data.draw(st.sets(st.sampled_from(keys))) if keys else set()

    wave = first_wave(keys, ahead, percent=50, secret=b"s")

    assert wave == set(keys) or 2 * len(ahead) <= len(wave)


@given(_KEYS, st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_nothing(keys: list[str], random: object) -> None:
    shuffled = list(keys)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis' own Random

    assert first_wave(keys, keys[:1], percent=50, secret=b"s") == first_wave(
        shuffled, keys[:1], percent=50, secret=b"s"
    )


def test_another_key_draws_other_people() -> None:
    keys = [f"k{n}" for n in range(40)]

    assert first_wave(keys, [], percent=50, secret=b"a") != first_wave(
        keys, [], percent=50, secret=b"b"
    )
