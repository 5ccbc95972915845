"""Rules of the settings."""

import stat
from pathlib import Path

import pytest

from matcher.errors import ConfigurationError
from matcher.settings import Settings, load_settings


def test_without_variables_everything_is_embedded_in_the_data_folder(settings: Settings) -> None:
    assert settings.embedded_database
    assert settings.embedded_broker
    assert str(settings.data) in settings.database_url


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_plain_postgresql_address_gets_the_driver_we_ship(
    scheme: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://somebody@db.example/yangguang")

    loaded = load_settings()

    assert loaded.database_url == "postgresql+psycopg://somebody@db.example/yangguang"
    assert not loaded.embedded_database


def test_an_outside_broker_is_used_as_it_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://broker.example:6379/3")

    loaded = load_settings()

    assert loaded.broker_url == loaded.limiter_url == "redis://broker.example:6379/3"


def test_a_number_that_is_none_is_refused_by_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YANGGUANG_PORT", "eighty")

    with pytest.raises(ConfigurationError, match="YANGGUANG_PORT") as refused:
        load_settings()

    assert refused.value.code == "setting_not_a_number"


def test_the_data_folder_is_closed_to_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YANGGUANG_DATA", str(tmp_path / "fresh"))

    loaded = load_settings()
    loaded.prepare()

    assert stat.S_IMODE(loaded.data.stat().st_mode) == 0o700


def test_the_socket_path_is_short_however_deep_the_data_folder_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YANGGUANG_DATA", str(tmp_path.joinpath(*["deep"] * 40)))

    loaded = load_settings()

    assert len(str(loaded.socket)) <= 103


def test_the_keys_can_lie_elsewhere(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YANGGUANG_KEYS", str(tmp_path / "vault"))

    assert load_settings().keys == tmp_path / "vault"
