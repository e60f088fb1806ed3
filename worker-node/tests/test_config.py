import pytest

from config import ConfigurationError, DevConfig, ProdConfig, chosen_config, environment


@pytest.mark.parametrize(
    ("name", "chosen"), [("DEV", ("development", DevConfig)), ("PROD", ("production", ProdConfig))]
)
def test_environment_chooses_the_configuration(
    monkeypatch: pytest.MonkeyPatch, name: str, chosen: tuple[str, type]
) -> None:
    monkeypatch.setenv("ENVIRONMENT", name)

    assert chosen_config() == chosen


@pytest.mark.parametrize("value", ["", None])
def test_without_environment_it_is_production(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is None:
        monkeypatch.delenv("ENVIRONMENT", raising=False)
    else:
        monkeypatch.setenv("ENVIRONMENT", value)

    assert environment() == "PROD"


@pytest.mark.parametrize("value", ["STAGING", "dev", "PROD "])
def test_an_unknown_environment_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", value)

    with pytest.raises(ConfigurationError) as refusal:
        environment()

    assert str(refusal.value) == f"ENVIRONMENT is {value!r}, which is not known: set it to DEV or PROD."
