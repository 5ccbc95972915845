"""Rules of the key ring."""

import dataclasses
import secrets
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import ConfigurationError
from matcher.keys import KeyRing, load_ring, make_ring

_RING = KeyRing(
    keys={1: secrets.token_bytes(32)},
    current=1,
    index_key=secrets.token_bytes(32),
    signing_key=secrets.token_bytes(32),
)


@given(st.text())
def test_what_was_encrypted_comes_back(text: str) -> None:
    assert _RING.decrypt(_RING.encrypt(text, "graduate.phone"), "graduate.phone") == text


@given(st.binary())
def test_a_file_that_was_encrypted_comes_back(content: bytes) -> None:
    assert _RING.decrypt_bytes(_RING.encrypt_bytes(content, "file"), "file") == content


def test_a_value_moved_to_another_column_does_not_decrypt() -> None:
    stored = _RING.encrypt("13800000000", "graduate.phone")

    with pytest.raises(InvalidTag):
        _RING.decrypt(stored, "employer.phone")


def test_the_same_value_encrypts_differently_each_time() -> None:
    assert _RING.encrypt("a", "c") != _RING.encrypt("a", "c")


def test_values_of_an_older_key_stay_readable_after_a_new_one() -> None:
    stored = _RING.encrypt("a", "c")

    rotated = dataclasses.replace(_RING, keys={**_RING.keys, 2: secrets.token_bytes(32)}, current=2)

    assert rotated.decrypt(stored, "c") == "a"
    assert rotated.encrypt("a", "c")[0] == 2


def test_a_value_whose_key_is_gone_says_which_key_is_missing() -> None:
    stored = _RING.encrypt("a", "c")
    without = dataclasses.replace(_RING, keys={2: secrets.token_bytes(32)}, current=2)

    with pytest.raises(ConfigurationError) as refused:
        without.decrypt(stored, "c")

    assert refused.value.details == {"key_id": 1}


def test_the_search_hash_ignores_case_and_blanks_but_not_the_column() -> None:
    assert _RING.blind_index(" 11x ", "a") == _RING.blind_index("11X", "a")
    assert _RING.blind_index("11X", "a") != _RING.blind_index("11X", "b")


def test_the_search_hash_says_nothing_without_its_key() -> None:
    other = dataclasses.replace(_RING, index_key=secrets.token_bytes(32))

    assert other.blind_index("11X", "a") != _RING.blind_index("11X", "a")
    assert other.check_value() != _RING.check_value()


def test_a_new_ring_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    make_ring(tmp_path / "keys")

    files = list((tmp_path / "keys").iterdir())
    assert [path.name for path in files] == ["keyring.json"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_a_ring_that_is_there_is_kept(tmp_path: Path) -> None:
    assert make_ring(tmp_path) == make_ring(tmp_path) == load_ring(tmp_path)


def test_processes_that_start_together_agree_on_one_ring(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        rings = list(pool.map(make_ring, [tmp_path] * 8))

    assert len({ring.check_value() for ring in rings}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["keyring.json"]


def test_a_missing_ring_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_ring(tmp_path)

    assert refused.value.code == "key_ring_missing"
