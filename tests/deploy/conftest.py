"""What Kustomize makes of ``deploy/``."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKSPACE = Path("/workspace")
DEPLOY = WORKSPACE / "deploy"
OVERLAYS = ["small", "scale"]
WITH_INGRESS = """\
resources: [{overlay}]
components: [{ingress}]
"""

Manifest = dict[str, Any]


class Rendered:
    def __init__(self, folder: Path) -> None:
        text = subprocess.run(["kubectl", "kustomize", str(folder)], check=True, capture_output=True, text=True).stdout
        self.manifests: list[Manifest] = list(yaml.safe_load_all(text))

    def __getitem__(self, kind: str) -> Manifest:
        """The only one of its kind."""
        (manifest,) = [it for it in self.manifests if it["kind"] == kind]
        return manifest

    @property
    def pod(self) -> Manifest:
        """The pod template of the Deployment."""
        template: Manifest = self["Deployment"]["spec"]["template"]
        return template

    @property
    def container(self) -> Manifest:
        (container,) = self.pod["spec"]["containers"]
        return dict(container)


@pytest.fixture(scope="session", params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> Rendered:
    return Rendered(DEPLOY / "overlays" / request.param)


@pytest.fixture(scope="session")
def small() -> Rendered:
    return Rendered(DEPLOY / "overlays/small")


@pytest.fixture(scope="session")
def scale() -> Rendered:
    return Rendered(DEPLOY / "overlays/scale")


@pytest.fixture(scope="session")
def with_ingress(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """The small overlay, as its owner would open it to the internet."""
    folder = tmp_path_factory.mktemp("ingress")
    (folder / "kustomization.yaml").write_text(
        WITH_INGRESS.format(
            overlay=os.path.relpath(DEPLOY / "overlays/small", folder),
            ingress=os.path.relpath(DEPLOY / "components/ingress", folder),
        )
    )
    return Rendered(folder)
