"""What other containers see of the two services."""

import requests


def test_the_app_answers_by_its_name(app_url: str) -> None:
    response = requests.get(f"{app_url}/demo", timeout=10)

    assert (response.status_code, response.text) == (200, "Ok")


def test_jupyter_gives_no_kernel_without_the_token(jupyter: str) -> None:
    assert requests.get(f"{jupyter}/api/kernels", timeout=10).status_code == 403
    assert requests.post(f"{jupyter}/api/kernels", timeout=10).status_code == 403


def test_jupyter_refuses_a_foreign_host_even_with_the_token(jupyter: str, token: str) -> None:
    headers = {"Authorization": f"token {token}", "Host": "evil.example"}

    response = requests.get(f"{jupyter}/api/kernels", headers=headers, timeout=10)

    assert response.status_code == 403


def test_jupyter_refuses_a_foreign_host_on_the_websocket_of_a_kernel(jupyter: str, token: str) -> None:
    authorization = {"Authorization": f"token {token}"}
    kernel = requests.post(f"{jupyter}/api/kernels", headers=authorization, timeout=30).json()["id"]
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    try:
        channels = f"{jupyter}/api/kernels/{kernel}/channels"
        foreign = {**authorization, **upgrade, "Host": "evil.example"}
        without_token = upgrade
        own = {**authorization, **upgrade}

        statuses = [
            requests.get(channels, headers=headers, timeout=60, stream=True).status_code
            for headers in (foreign, without_token, own)
        ]
    finally:
        requests.delete(f"{jupyter}/api/kernels/{kernel}", headers=authorization, timeout=30)

    assert statuses == [403, 403, 101]
