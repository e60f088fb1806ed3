"""Trees as the kernel lays them out, in containers and on hosts, of both versions of control groups."""

from pathlib import Path

import pytest

from servers.capacity import cpu_limit


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text + "\n")


@pytest.mark.parametrize(("text", "limit"), [("150000 100000", 1.5), ("max 100000", None), ("50000 100000", 0.5)])
def test_version_2_in_a_container(root: Path, text: str, limit: float | None) -> None:
    write(root, {"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": text})

    assert cpu_limit(root) == limit


def test_version_2_takes_the_lowest_limit_above(root: Path) -> None:
    write(
        root,
        {
            "proc/self/cgroup": "0::/kubepods/burstable/pod1",
            "sys/fs/cgroup/kubepods/burstable/pod1/cpu.max": "400000 100000",
            "sys/fs/cgroup/kubepods/burstable/cpu.max": "200000 100000",
            "sys/fs/cgroup/kubepods/cpu.max": "max 100000",
        },
    )

    assert cpu_limit(root) == 2


@pytest.mark.parametrize("mount", ["cpu,cpuacct", "cpu"])
def test_version_1_in_a_container_where_the_named_folder_is_not_there(root: Path, mount: str) -> None:
    write(
        root,
        {
            "proc/self/cgroup": "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc",
            f"sys/fs/cgroup/{mount}/cpu.cfs_quota_us": "300000",
            f"sys/fs/cgroup/{mount}/cpu.cfs_period_us": "100000",
        },
    )

    assert cpu_limit(root) == 3


def test_version_1_without_a_limit(root: Path) -> None:
    write(
        root,
        {
            "proc/self/cgroup": "4:cpu:/",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
        },
    )

    assert cpu_limit(root) is None


@pytest.mark.parametrize("text", ["", "nonsense", "1 2 3"])
def test_what_cannot_be_read_is_no_limit(root: Path, text: str) -> None:
    write(root, {"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": text})

    assert cpu_limit(root) is None


def test_a_system_without_control_groups_has_no_limit(root: Path) -> None:
    assert cpu_limit(root) is None
