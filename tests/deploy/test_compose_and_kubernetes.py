"""Compose and Kubernetes run the same container in the same way: what one says, the other says too."""

import re
import runpy
from typing import Any

import pytest
import yaml

from deploy.conftest import WORKSPACE, Manifest, Rendered

DOCKERFILE = (WORKSPACE / "Dockerfile").read_text()
HAPROXY = (WORKSPACE / "production/haproxy.cfg").read_text()
GUNICORN = (WORKSPACE / "production/gunicorn.conf.py").read_text()
SERVE = (WORKSPACE / "production/serve.py").read_text()
UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The production service, as compose.yaml has it."""
    service: dict[str, Any] = yaml.safe_load((WORKSPACE / "compose.yaml").read_text())["services"]["production"]
    return service


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    """Names of serve.py."""
    return runpy.run_path(str(WORKSPACE / "production/serve.py"))


def settings_file(path: str) -> dict[str, str]:
    lines = (WORKSPACE / path).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def size(text: str) -> int:
    return int(text[:-2]) * UNITS[text[-2:]]


def workers(container: Manifest) -> int:
    return int(container["resources"]["limits"]["cpu"])


def probes(container: Manifest) -> dict[str, str]:
    return {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}


def test_the_port_is_one(overlay: Rendered, compose: dict[str, Any]) -> None:
    ports = {port["name"]: port["containerPort"] for port in overlay.container["ports"]}
    (service_port,) = overlay["Service"]["spec"]["ports"]

    assert ports["http"] == service_port["port"] == 7500
    assert service_port["targetPort"] == "http"
    assert [port.rpartition(":")[2] for port in compose["ports"]] == ["7500"]
    assert re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE) == ["7500"]


def test_the_probes_are_those_that_the_server_keeps_places_for(overlay: Rendered) -> None:
    (paths,) = re.findall(r"^ +use_backend probes if { path (.*) }$", HAPROXY, re.MULTILINE)

    assert probes(overlay.container) == {
        "startupProbe": "/livez",
        "readinessProbe": "/readyz",
        "livenessProbe": "/livez",
    }
    assert set(probes(overlay.container).values()) == set(paths.split())


def test_the_images_health_check_is_the_readiness_probe(overlay: Rendered) -> None:
    (url,) = re.findall(r'healthcheck.py (.*)"\]', DOCKERFILE)

    assert url == f"http://127.0.0.1:${{PORT:-7500}}{probes(overlay.container)['readinessProbe']}"


def test_the_settings_are_those_of_one_file(small: Rendered, compose: dict[str, Any]) -> None:
    *of_this_machine, file = compose["env_file"]

    assert [it["path"] for it in of_this_machine] == [".env", "secrets.env"]
    assert small["ConfigMap"]["data"] == settings_file(file["path"])
    assert compose["environment"] == {"ENVIRONMENT": "PROD"}, "as in the image"
    assert [it["name"] for it in small.container["env"]] == ["WORKERS"], "which Compose leaves as it is"
    assert small.container["envFrom"] == [{"configMapRef": {"name": small["ConfigMap"]["metadata"]["name"]}}]


def test_more_pods_need_only_one_setting_more(small: Rendered, scale: Rendered) -> None:
    assert scale["ConfigMap"]["data"] == small["ConfigMap"]["data"] | {"METRICS_PORT": "9100"}


def test_each_setting_is_one_that_the_server_knows(
    overlay: Rendered, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers: dict[str, str] = {name: it for name, it in overlay["ConfigMap"]["data"].items() if name != "TMPDIR"}
    for name, value in numbers.items():
        monkeypatch.setenv(name, value)

    read, bounds = settings["read_number"], settings["NUMBERS"]
    known = {name: f"{read(name, *bounds[name]):g}" for name in numbers}

    assert known == numbers


def test_the_user_is_the_images_own(overlay: Rendered) -> None:
    (user,) = re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)
    context = overlay.pod["spec"]["securityContext"]

    assert f"{context['runAsUser']}:{context['runAsGroup']}" == user
    assert context["runAsNonRoot"] is True


def test_both_wait_as_long_before_they_kill(overlay: Rendered, compose: dict[str, Any]) -> None:
    assert overlay.pod["spec"]["terminationGracePeriodSeconds"] == seconds(compose["stop_grace_period"])


def test_the_whole_end_is_shorter_than_that(overlay: Rendered) -> None:
    (_, before_the_end) = overlay.container["lifecycle"]["preStop"]["exec"]["command"]
    values = overlay["ConfigMap"]["data"]
    (for_last_requests,) = re.findall(r"^    time.sleep\((.+?)\)", SERVE, re.MULTILINE)
    (for_workers,) = re.findall(r"^graceful_timeout = (\d+)", GUNICORN, re.MULTILINE)
    takes = (
        int(before_the_end)
        + int(values["DRAIN_SECONDS"])
        + float(for_last_requests)
        + int(values["GRACE_SECONDS"])
        + int(for_workers)
    )

    assert takes < overlay.pod["spec"]["terminationGracePeriodSeconds"]


def test_both_have_a_folder_for_large_forms(overlay: Rendered, compose: dict[str, Any]) -> None:
    folder = overlay["ConfigMap"]["data"]["TMPDIR"]
    (mount,) = overlay.container["volumeMounts"]

    assert mount["mountPath"] == folder
    assert [mounted.partition(":")[0] for mounted in compose["tmpfs"]] == [folder]


def test_as_many_large_forms_fit_as_are_let_in(overlay: Rendered, settings: dict[str, Any]) -> None:
    (volume,) = overlay.pod["spec"]["volumes"]
    threads, _, _ = settings["NUMBERS"]["THREADS"]

    assert workers(overlay.container) * threads * settings["LARGEST_FORM"] < size(volume["emptyDir"]["sizeLimit"])


def test_the_buffers_of_slow_clients_fit_into_the_memory(overlay: Rendered, settings: dict[str, Any]) -> None:
    (buffer,) = re.findall(r"^ +tune.bufsize (\d+)", HAPROXY, re.MULTILINE)
    connections, _, _ = settings["NUMBERS"]["MAX_CONNECTIONS"]
    # What HAProxy was measured to take beyond its buffers; and gunicorn, with a small app and all threads busy.
    for_buffers, for_the_app = 1.25 * connections * int(buffer), workers(overlay.container) * size("96Mi")

    assert for_buffers + for_the_app < size(overlay.container["resources"]["limits"]["memory"])


def test_both_take_away_the_same_rights(overlay: Rendered, compose: dict[str, Any]) -> None:
    context = overlay.container["securityContext"]

    assert context["readOnlyRootFilesystem"] is compose["read_only"] is True
    assert context["capabilities"]["drop"] == compose["cap_drop"] == ["ALL"]
    assert context["allowPrivilegeEscalation"] is False
    assert compose["security_opt"] == ["no-new-privileges:true"]
