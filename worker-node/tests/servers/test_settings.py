from dataclasses import fields

import pytest

from config import ConfigurationError
from servers.settings import ServerSettings, _workers_for, server_settings

VARIABLES = [
    "WORKERS", "THREADS", "MAX_CONNECTIONS", "MAX_SLOW_UPLOADS", "MAX_HEADER_BYTES", "HEADER_SECONDS",
    "BODY_SECONDS", "DRAIN_SECONDS", "GRACE_SECONDS", "METRICS_PORT",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_settings_in_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize(
    ("limit", "allowed", "workers"),
    [(None, 1, 1), (None, 64, 2), (0.25, 64, 1), (1.5, 64, 1), (2.0, 64, 2), (16.0, 64, 16), (16.0, 4, 4)],
)
def test_there_is_a_worker_for_each_whole_cpu(limit: float | None, allowed: int, workers: int) -> None:
    assert _workers_for(limit, allowed) == workers


def test_the_end_of_all_is_before_docker_kills_after_ten_seconds() -> None:
    settings = server_settings()

    assert settings.drain_seconds + settings.grace_seconds < 10


def test_each_setting_has_a_variable() -> None:
    assert len(VARIABLES) == len(fields(ServerSettings))


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize("value", ["x", "-1", "inf", "٣", "1e99"])
def test_a_wrong_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ConfigurationError, match=rf"^{variable} is '{value}', which it cannot be: set it to "):
        server_settings()


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = server_settings()
    for variable in VARIABLES:
        monkeypatch.setenv(variable, "")

    assert server_settings() == defaults


def test_more_slow_uploads_than_threads_make_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADS", "4")
    monkeypatch.setenv("MAX_SLOW_UPLOADS", "5")

    with pytest.raises(ConfigurationError, match="from 1 to 4"):
        server_settings()
