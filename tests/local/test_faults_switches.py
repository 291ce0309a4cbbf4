"""The fault switches: shown, set, refused with words, and off after a reset."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Program
from tests.local_cloud import Cloud

from fairway.local.client import LocalCloud
from fairway.local.faults.settings import BY_NAME, Faults
from fairway.model.errors import WrongInput


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    home = tmp_path_factory.mktemp("faults")
    local = LocalCloud(home)
    yield Cloud(home, local.up(port=0).endpoint, local)
    local.down()


@pytest.fixture
def fairway(own: Cloud, tmp_path: Path) -> Iterator[Program]:
    yield Program(tmp_path, own.home)
    own.local.reset()


def test_all_is_off_at_the_start(fairway: Program) -> None:
    shown = fairway("local", "faults", "--json").result
    assert {name: shown[name] for name in BY_NAME} == dict.fromkeys(BY_NAME, 0)


def test_what_is_set_stays_until_it_is_turned_off(fairway: Program) -> None:
    assert fairway("local", "faults", "set", "throttling=on", "errors=2%", "names=3s", "seed=7").code == 0
    fairway("local", "faults", "set", "latency=5")
    shown = fairway("local", "faults", "--json").result
    on = {name: shown[name] for name in BY_NAME if shown[name]}
    assert on == {"throttling": 1, "errors": 0.02, "names": 3, "seed": 7, "latency": 5}
    assert "faults: latency=5ms throttling=1x errors=0.02 names=3s seed=7" in fairway("local", "status").out
    fairway("local", "faults", "off", "errors")
    assert fairway("local", "faults", "--json").result["errors"] == 0
    assert fairway("local", "faults", "--json").result["names"] == 3
    fairway("local", "faults", "off")
    assert "faults:" not in fairway("local", "status").out


def test_json_may_stand_before_the_verb(fairway: Program) -> None:
    assert fairway("local", "faults", "--json", "set", "names=2").result["names"] == 2


def test_on_means_the_usual_values(fairway: Program) -> None:
    assert fairway("local", "faults", "on", "propagation", "names", "--json").result["propagation"] == 8
    shown = fairway("local", "faults", "on", "--json").result
    assert all(shown[name] for name in BY_NAME if name not in ("seed", "jitter"))


def test_a_reset_turns_everything_off(fairway: Program, own: Cloud) -> None:
    fairway("local", "faults", "on")
    fairway("local", "reset")
    assert not own.local.faults()


def test_latency_is_the_same_by_either_control(fairway: Program, own: Cloud) -> None:
    own.local.set_faults({"latency": 3, "jitter": 0.5, "seed": 4})
    assert fairway("local", "faults", "--json").result["latency"] == 3
    assert own.local.set_faults({"errors": 0.1})["latency"] == 3


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("throtling=on", "did you mean throttling?"),
        ("errors=2", "it is not between 0 and 1"),
        ("errors=-0.1", "it is not between 0 and 1"),
        ("errors=nan", "it is not between 0 and 1"),
        ("names=soon", "it is not a number"),
        ("errors", "errors=on"),
        ("zzz=1", "latency"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_words(fairway: Program, word: str, said: str) -> None:
    ended = fairway("local", "faults", "set", word)
    assert ended.code == 2
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_nothing_to_set_them_for_is_told(tmp_path: Path) -> None:
    ended = Program(tmp_path, tmp_path)("local", "faults", "set", "errors=on", "--json")
    assert ended.code == 1
    assert ended.result["error"]["code"] == "local.not-running"


@pytest.mark.parametrize(
    ("text", "value"), [("on", 60), ("OFF", 0), ("2.5", 2.5), ("2.5s", 2.5), ("True", 60), ("0", 0)]
)
def test_a_value_is_a_word_or_a_number_with_its_unit(text: str, value: float) -> None:
    assert BY_NAME["names"].parse(text) == value


def test_what_is_shown_can_be_given_again() -> None:
    for switch in BY_NAME.values():
        assert switch.parse(switch.shown(switch.usual)) == switch.usual
        assert switch.parse(switch.shown(0)) == 0


def test_a_seed_alone_is_no_fault() -> None:
    assert not Faults().changed({"seed": 7, "jitter": 0.5})
    assert Faults().changed({"errors": json.loads("true")})["errors"] == 0.02


def test_an_unknown_switch_is_refused_everywhere() -> None:
    with pytest.raises(WrongInput, match="no fault 'speed'"):
        Faults().changed({"speed": 1})
