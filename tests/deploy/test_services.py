"""PostgreSQL and Redis beside the app: the ports that its pods may call are those of ``compose.services.yaml``."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from deploy.conftest import DEPLOY, WORKSPACE, Rendered

ADDRESSES = re.findall(r"_URL: \$\{\w+:-(\S+)\}", (WORKSPACE / "compose.services.yaml").read_text())


def test_the_network_policy_lets_the_app_call_them_and_nothing_else(small: Rendered, tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text(
        f"resources: [{os.path.relpath(DEPLOY / 'overlays/small', tmp_path)}]\n"
        f"components: [{os.path.relpath(DEPLOY / 'components/services', tmp_path)}]\n"
    )

    *before, added = Rendered(tmp_path)["NetworkPolicy"]["spec"]["egress"]

    assert before == small["NetworkPolicy"]["spec"]["egress"]
    assert added == {"ports": [{"port": urlsplit(address).port} for address in ADDRESSES]}
    assert len(ADDRESSES) == 2
