"""The switches that make the local cloud as unkind as AWS. Standard library only: commands import this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fairway.model.errors import WrongInput

OFF = 0.0


@dataclass(frozen=True, slots=True)
class Switch:
    """One fault. `usual` is what `on` means; `most` is the largest value; `suffix` may follow a number.

    Every value is a number and 0 is off: milliseconds, seconds, a share of the calls, a multiple of a rate.
    """

    name: str
    words: str
    usual: float
    most: float = float("inf")
    suffix: str = ""

    def parse(self, text: str) -> float:
        """The value that a text says: `on`, `off`, or a number. Raises WrongInput."""
        if text.lower() in ("on", "off", "true", "false"):
            return self.usual if text.lower() in ("on", "true") else OFF
        number = text.removesuffix(self.suffix)
        try:
            value = float(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
        except ValueError:
            raise self._unusable(text, "it is not a number") from None
        if not 0 <= value <= self.most:  # NaN included
            raise self._unusable(text, f"it is not between 0 and {self.most:g}")
        return value

    def shown(self, value: float) -> str:
        """A value as it can be given again."""
        return f"{value:g}{self.suffix}" if value else "off"

    def _unusable(self, text: str, why: str) -> WrongInput:
        return WrongInput(
            "local.fault-value",
            f"{text!r} cannot be the value of {self.name}",
            why=why,
            next=f"give on, off or a number, such as {self.name}={self.shown(self.usual)}",
        )


SWITCHES = (
    Switch("latency", "milliseconds that every call takes longer", 150, suffix="ms"),
    Switch("jitter", "share by which the latency varies", 0.2, most=1),
    Switch("throttling", "rate limits as published; a number is a multiple of them", 1, suffix="x"),
    Switch("errors", "share of calls that fail with a 5xx before they take effect", 0.02, most=1),
    Switch("dropped", "share of calls that take effect and are not answered", 0.02, most=1),
    # Measured: a new role was accepted after about 8 s (CD retryable-errors.ts, docs/benchmarks.md)
    Switch("propagation", "seconds until a new role, trust or permission is seen everywhere", 8, suffix="s"),
    Switch("pending", "seconds that functions, tables, … stay Pending, UPDATING, …", 2, suffix="s"),
    Switch("conflicts", "a change of something busy or being changed is refused", 1, most=1),
    # BC sqs DeleteQueue
    Switch("names", "seconds that the name of something deleted stays taken", 60, suffix="s"),
    Switch("lag", "seconds until a read sees something new", 1, suffix="s"),
    Switch("seed", "number from which errors, dropped answers and versions of aliases are drawn", 0),
)  # fmt: skip
BY_NAME = {switch.name: switch for switch in SWITCHES}
_SETTINGS = ("seed", "jitter")  # they change how a fault is, and are none by themselves


@dataclass(frozen=True)
class Faults:
    """Which faults are on: the value of every switch by its name; those not named are off."""

    values: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        return self.values.get(BY_NAME[name].name, OFF)

    def __bool__(self) -> bool:
        return any(value for name, value in self.values.items() if name not in _SETTINGS)

    def changed(self, given: Mapping[str, object]) -> Faults:
        """These with other values for the switches given, as text, numbers or booleans. Raises WrongInput."""
        parsed = {name: known(name).parse(str(value)) for name, value in given.items()}
        return Faults({**self.values, **parsed})

    def as_json(self) -> dict[str, float]:
        """Every switch with its value."""
        return {switch.name: self[switch.name] for switch in SWITCHES}


def known(name: str) -> Switch:
    """The switch of that name. Raises WrongInput, with a suggestion where one is near."""
    if name in BY_NAME:
        return BY_NAME[name]
    import difflib  # only a mistake pays for it

    near = difflib.get_close_matches(name, BY_NAME, n=1)
    raise WrongInput(
        "local.fault-unknown",
        f"the local cloud has no fault {name!r}",
        next=f"did you mean {near[0]}?" if near else f"there are {', '.join(BY_NAME)}",
    )


def all_on(names: Iterable[str] = ()) -> dict[str, float]:
    """These switches, or all, with their usual values."""
    chosen = [known(name) for name in names] or [each for each in SWITCHES if each.name not in _SETTINGS]
    return {switch.name: switch.usual for switch in chosen}
