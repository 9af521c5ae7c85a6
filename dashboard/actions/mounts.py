"""Whether a path lies on a network share, by the mounts that Linux lists."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORKS = ("nfs", "cifs", "smb", "smb2", "smb3", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs")
NETWORK_FUSE = ("fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.glusterfs", "fuse.davfs")


def on_network(path: Path, mounts: Path = MOUNTS) -> bool:
    """False also where the machine lists no mounts."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    lies = path.expanduser().resolve()
    found = [mount for mount in map(_mount, lines) if mount and lies.is_relative_to(mount[0])]
    kind = max(found, key=lambda mount: len(mount[0].parts), default=(lies, ""))[1]
    return kind.rstrip("4") in NETWORKS or kind.startswith(NETWORK_FUSE)


def _mount(line: str) -> tuple[Path, str] | None:
    """Where a line of mountinfo mounts what kind of file system."""
    fields, _, rest = line.partition(" - ")
    parts = fields.split()
    if len(parts) < 5 or not rest:
        return None
    place = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), parts[4])
    return Path(place), rest.split()[0]
