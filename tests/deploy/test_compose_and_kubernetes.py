"""Compose and Kubernetes run the same container in the same way: what one says, the other says too."""

import re
from typing import Any

import pytest
import yaml

from app import create_app
from config import ProdConfig
from deploy.conftest import WORKSPACE, Manifest, Rendered
from servers.settings import server_settings

DOCKERFILE = (WORKSPACE / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The production service, as compose.yaml has it."""
    service: dict[str, Any] = yaml.safe_load((WORKSPACE / "compose.yaml").read_text())["services"]["production"]
    return service


def settings_file(path: str) -> dict[str, str]:
    lines = (WORKSPACE / path).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def probes(container: Manifest) -> dict[str, str]:
    return {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}


def test_the_port_is_one(overlay: Rendered, compose: dict[str, Any]) -> None:
    ports = {port["name"]: port["containerPort"] for port in overlay.container["ports"]}
    (service_port,) = overlay["Service"]["spec"]["ports"]

    assert ports["http"] == service_port["port"] == 7500
    assert service_port["targetPort"] == "http"
    assert [port.rpartition(":")[2] for port in compose["ports"]] == ["7500"]
    assert re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE) == ["7500"]


def test_the_probes_ask_what_the_app_answers(overlay: Rendered) -> None:
    routes = {rule.rule for rule in create_app(ProdConfig).url_map.iter_rules()}

    assert probes(overlay.container) == {
        "startupProbe": "/livez",
        "readinessProbe": "/readyz",
        "livenessProbe": "/livez",
    }
    assert set(probes(overlay.container).values()) <= routes


def test_containers_health_check_asks_for_readiness_too(overlay: Rendered) -> None:
    (url,) = re.findall(r'"healthcheck.py", "(.*)"\]', DOCKERFILE)

    assert url == f"http://127.0.0.1:7500{probes(overlay.container)['readinessProbe']}"


def test_the_settings_are_those_of_one_file(small: Rendered, compose: dict[str, Any]) -> None:
    (file,) = compose["env_file"]

    assert small["ConfigMap"]["data"] == settings_file(file["path"])
    assert "environment" not in compose
    assert "env" not in small.container
    assert small.container["envFrom"] == [{"configMapRef": {"name": small["ConfigMap"]["metadata"]["name"]}}]


def test_more_pods_need_only_one_setting_more(small: Rendered, scale: Rendered) -> None:
    assert scale["ConfigMap"]["data"] == small["ConfigMap"]["data"] | {"METRICS_PORT": "9100"}


def test_each_setting_is_one_that_the_server_knows(overlay: Rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    data: dict[str, str] = overlay["ConfigMap"]["data"]
    for name, value in data.items():
        monkeypatch.setenv(name, value)

    known = server_settings()

    values = {name: getattr(known, name.lower()) for name in data}
    assert {name: f"{value:g}" for name, value in values.items()} == data


def test_the_user_is_the_images_own(overlay: Rendered) -> None:
    (user,) = re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)
    context = overlay.pod["spec"]["securityContext"]

    assert f"{context['runAsUser']}:{context['runAsGroup']}" == user
    assert context["runAsNonRoot"] is True


def test_both_wait_as_long_before_they_kill(overlay: Rendered, compose: dict[str, Any]) -> None:
    assert overlay.pod["spec"]["terminationGracePeriodSeconds"] == seconds(compose["stop_grace_period"])


def test_the_whole_end_is_shorter_than_that(overlay: Rendered) -> None:
    (_, before_the_end) = overlay.container["lifecycle"]["preStop"]["exec"]["command"]
    settings = overlay["ConfigMap"]["data"]
    takes = int(before_the_end) + int(settings["DRAIN_SECONDS"]) + int(settings["GRACE_SECONDS"])

    assert takes < overlay.pod["spec"]["terminationGracePeriodSeconds"]


def test_both_take_away_the_same_rights(overlay: Rendered, compose: dict[str, Any]) -> None:
    context = overlay.container["securityContext"]

    assert context["readOnlyRootFilesystem"] is compose["read_only"] is True
    assert context["capabilities"]["drop"] == compose["cap_drop"] == ["ALL"]
    assert context["allowPrivilegeEscalation"] is False
    assert compose["security_opt"] == ["no-new-privileges:true"]
