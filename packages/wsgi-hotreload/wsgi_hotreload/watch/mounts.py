"""Which mount a folder is on, and whether that mount delivers file events."""

import os
from pathlib import Path

# File systems that live on another machine, or in another kernel, as Docker Desktop's shared
# folders do: a save made there is not announced here.
WITHOUT_EVENTS = frozenset(
    {"virtiofs", "9p", "fuse", "fakeowner", "grpcfuse", "osxfs", "vboxsf", "vmhgfs", "nfs", "nfs4", "cifs", "smb3"}
)


def delivers_events(file_system: str) -> bool:
    """Whether a save on a mount of this type (``ext4``, ``fuse.sshfs`` and so on) is announced."""
    return file_system.partition(".")[0] not in WITHOUT_EVENTS


def file_system_of(folder: Path, mount_table: str | None = None) -> str:
    """The type of the file system that a folder is on, ``"unknown"`` where there is no mount table.

    The table's format is that of ``/proc/self/mountinfo``:
    https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
    """
    if mount_table is None:
        try:
            mount_table = Path("/proc/self/mountinfo").read_text()
        except FileNotFoundError:
            return "unknown"
    found, file_system = "", "unknown"
    for line in mount_table.splitlines():
        before, _, after = line.partition(" - ")
        mount_point = os.fsdecode(before.split()[4].encode().decode("unicode_escape").encode("latin-1"))
        # Of mounts that cover the folder the longest path wins, of equal ones the last: it lies on top.
        if folder.is_relative_to(mount_point) and len(mount_point) >= len(found):
            found, file_system = mount_point, after.split()[0]
    return file_system
