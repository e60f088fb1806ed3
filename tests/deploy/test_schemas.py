"""Each manifest is what Kubernetes' own schemas say, to the last field, in all versions that are in support.

See https://kubernetes.io/releases/ : the three newest minor versions.
"""

import copy

import kubernetes_validate
import pytest

from deploy.conftest import Rendered

VERSIONS = ["1.35", "1.36", "1.37"]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_overlay_is_valid(overlay: Rendered, version: str) -> None:
    for manifest in overlay.manifests:
        assert kubernetes_validate.validate(manifest, version, strict=True) == version


@pytest.mark.parametrize("version", VERSIONS)
def test_an_overlay_with_an_ingress_is_valid(with_ingress: Rendered, version: str) -> None:
    assert with_ingress["Ingress"]
    for manifest in with_ingress.manifests:
        assert kubernetes_validate.validate(manifest, version, strict=True) == version


def test_a_misspelt_field_would_be_found(small: Rendered) -> None:
    misspelt = copy.deepcopy(small["Deployment"])
    misspelt["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}

    with pytest.raises(kubernetes_validate.ValidationError, match="readinesProbe"):
        kubernetes_validate.validate(misspelt, VERSIONS[-1], strict=True)
