"""The parts of an overlay fit together."""

from deploy.conftest import Rendered


def test_what_selects_pods_selects_these(overlay: Rendered) -> None:
    labels = overlay.pod["metadata"]["labels"].items()
    constraints = overlay.pod["spec"]["topologySpreadConstraints"]
    selectors = [
        overlay["Service"]["spec"]["selector"],
        overlay["Deployment"]["spec"]["selector"]["matchLabels"],
        overlay["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        overlay["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
        *(constraint["labelSelector"]["matchLabels"] for constraint in constraints),
    ]

    assert all(selector and selector.items() <= labels for selector in selectors)


def test_the_autoscaler_alone_decides_how_many_there_are(overlay: Rendered) -> None:
    target = overlay["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]

    assert target == {"apiVersion": "apps/v1", "kind": "Deployment", "name": overlay["Deployment"]["metadata"]["name"]}
    assert "replicas" not in overlay["Deployment"]["spec"]


def test_one_pod_can_always_be_missed(overlay: Rendered) -> None:
    assert overlay["HorizontalPodAutoscaler"]["spec"]["minReplicas"] >= 2
    assert overlay["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1
    assert overlay["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_the_namespace_takes_nothing_less_than_restricted(overlay: Rendered) -> None:
    labels = overlay["Namespace"]["metadata"]["labels"]
    name = overlay["Namespace"]["metadata"]["name"]

    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert {it["metadata"].get("namespace", name) for it in overlay.manifests} == {name}


def test_only_the_apps_port_is_open(small: Rendered) -> None:
    assert small["NetworkPolicy"]["spec"]["ingress"] == [{"ports": [{"port": "http"}]}]


def test_prometheus_alone_reaches_the_metrics(scale: Rendered) -> None:
    ports = {port["name"]: str(port["containerPort"]) for port in scale.container["ports"]}
    rules = {rule["ports"][0]["port"]: rule.get("from") for rule in scale["NetworkPolicy"]["spec"]["ingress"]}

    assert ports["metrics"] == scale["ConfigMap"]["data"]["METRICS_PORT"]
    assert scale.pod["metadata"]["annotations"]["prometheus.io/port"] == ports["metrics"]
    assert rules.keys() == {"http", "metrics"}
    assert rules["metrics"]


def test_an_ingress_leads_to_the_service(with_ingress: Rendered) -> None:
    (rule,) = with_ingress["Ingress"]["spec"]["rules"]
    (path,) = rule["http"]["paths"]

    assert path["backend"]["service"]["name"] == with_ingress["Service"]["metadata"]["name"]
    assert path["backend"]["service"]["port"]["name"] == with_ingress["Service"]["spec"]["ports"][0]["name"]
