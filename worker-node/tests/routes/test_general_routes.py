import logging

import pytest
from flask.testing import FlaskClient


def test_demo_answers_ok(client: FlaskClient) -> None:
    response = client.get("/demo")

    assert response.status_code == 200
    assert response.text == "Ok"


def test_demo_reports_the_debug_mode(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        client.get("/demo")

    assert caplog.messages[-1] == "Debug mode is False"
