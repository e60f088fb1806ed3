"""What is asked for, and by how many clients. The routes are in app/routes/general_routes.py."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    path: str
    clients: int
    description: str

    @property
    def key(self) -> str:
        return f"{self.path}-{self.clients}"

    @property
    def title(self) -> str:
        return f"{self.description}, {self.clients} clients"


ALL = {
    case.key: case
    for case in (
        Case("tiny", 32, "tiny response"),
        Case("tiny", 256, "tiny response"),
        Case("wait", 256, "50 ms of waiting"),
        Case("json", 32, "100 kB of JSON"),
    )
}
