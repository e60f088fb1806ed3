import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_healthy_app_answers_its_probes(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
