"""The type of the mount decides between events and polling."""

from pathlib import Path

import pytest

from wsgi_hotreload.watch.mounts import delivers_events, file_system_of

LINUX = """\
601 548 0:52 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A
610 601 0:55 / /proc rw,nosuid - proc proc rw
633 601 254:0 /home/ada/my\\040service/worker-node /workspace/worker-node rw,relatime - ext4 /dev/vda rw
"""
DESKTOP_MAC = """\
601 548 0:52 / / rw,relatime master:1 - overlay overlay rw
633 601 0:41 /Users/ada/service/worker-node /workspace/worker-node rw,relatime - fakeowner /run/host_mark/Users rw
"""
DESKTOP_MAC_VIRTIOFS = DESKTOP_MAC.replace("fakeowner", "virtiofs")
DESKTOP_MAC_GRPC = DESKTOP_MAC.replace("fakeowner /run", "fuse.grpcfuse grpcfuse /run")
DESKTOP_WINDOWS = """\
601 548 0:52 / / rw,relatime master:1 - overlay overlay rw
633 601 0:72 /service/worker-node /workspace/worker-node rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs
"""


@pytest.mark.parametrize(
    ("table", "file_system", "events"),
    [
        (LINUX, "ext4", True),
        (DESKTOP_MAC, "fakeowner", False),
        (DESKTOP_MAC_VIRTIOFS, "virtiofs", False),
        (DESKTOP_MAC_GRPC, "fuse.grpcfuse", False),
        (DESKTOP_WINDOWS, "9p", False),
    ],
    ids=["Linux", "macOS", "macOS virtiofs", "macOS gRPC FUSE", "Windows"],
)
def test_the_mount_of_the_source_tells_whether_saves_are_announced(table: str, file_system: str, events: bool) -> None:
    found = file_system_of(Path("/workspace/worker-node"), table)

    assert (found, delivers_events(found)) == (file_system, events)


def test_a_folder_without_a_mount_of_its_own_is_on_its_parents() -> None:
    assert file_system_of(Path("/workspace"), LINUX) == "overlay"


def test_of_two_mounts_on_one_path_the_later_one_counts() -> None:
    table = LINUX + "640 633 0:60 / /workspace/worker-node rw - tmpfs tmpfs rw\n"

    assert file_system_of(Path("/workspace/worker-node"), table) == "tmpfs"


def test_a_mount_point_with_a_space_is_recognized() -> None:
    table = LINUX + "640 601 0:60 / /work\\040space rw - nfs4 server:/ rw\n"

    assert file_system_of(Path("/work space/app"), table) == "nfs4"


def test_this_machine_has_a_mount_table() -> None:
    assert file_system_of(Path("/proc")) == "proc"
