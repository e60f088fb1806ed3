import logging

import pytest

from app import create_app
from config import ConfigurationError, TestConfig


@pytest.mark.parametrize(
    ("environment", "full_name", "level"),
    [("DEV", "development", logging.INFO), ("PROD", "production", logging.WARNING)],
)
def test_the_factory_tells_its_steps_once_each(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, environment: str, full_name: str, level: int
) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)

    with caplog.at_level(level):
        create_app()

    assert [(record.levelno, record.message) for record in caplog.records] == [
        (level, f"Chosen environment is {full_name}"),
        (level, "Routes imported"),
        (level, "Routes registered"),
        (level, "Node ready"),
    ]


@pytest.mark.parametrize(("environment", "debug"), [("DEV", True), ("PROD", False)])
def test_debug_mode_is_for_development(monkeypatch: pytest.MonkeyPatch, environment: str, debug: bool) -> None:
    monkeypatch.setenv("ENVIRONMENT", environment)

    assert create_app().debug is debug


def test_a_prefixed_variable_overrides_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_MAX_CONTENT_LENGTH", "1024")

    assert create_app(TestConfig).config["MAX_CONTENT_LENGTH"] == 1024


def test_an_unknown_log_level_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_LOG_LEVEL", "LOUD")

    with pytest.raises(ConfigurationError, match=r"^FLASK_LOG_LEVEL is 'LOUD', which is not known: set it to .*INFO"):
        create_app(TestConfig)


def test_two_apps_do_not_share_settings() -> None:
    first, second = create_app(TestConfig), create_app(TestConfig)
    first.config["ONLY_HERE"] = True

    assert "ONLY_HERE" not in second.config
