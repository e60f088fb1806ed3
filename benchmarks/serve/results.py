"""What was measured, as it is passed on from measuring to reporting."""

import json
import statistics
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.serve.load import Load


@dataclass
class Result:
    """All that was measured of one server in one case."""

    case: str
    server: str
    label: str
    rounds: list[Load] = field(default_factory=list)

    @property
    def requests_per_second(self) -> float:
        return statistics.median(load.requests_per_second for load in self.rounds)

    @property
    def percentile_99_milliseconds(self) -> float:
        return statistics.median(load.percentile_99_milliseconds for load in self.rounds)

    @property
    def failed_requests(self) -> int:
        return sum(load.failed_requests for load in self.rounds)


@dataclass(frozen=True)
class Memory:
    """What the container of a server occupies, in MiB."""

    at_rest: float
    after_load: float


@dataclass
class Results:
    conditions: str
    results: list[Result]
    # By server.
    memory: dict[str, Memory] = field(default_factory=dict)
    # Milliseconds from each start to the first answer, by server.
    first_answers: dict[str, list[int]] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2) + "\n"


def from_json(text: str) -> Results:
    contents = json.loads(text)
    return Results(contents["conditions"], [_result(entry) for entry in contents["results"]])


def _result(entry: dict[str, Any]) -> Result:
    return Result(**{**entry, "rounds": [Load(**load) for load in entry["rounds"]]})
