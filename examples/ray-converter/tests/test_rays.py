"""Run with `pytest` in this folder, after `pip install -r functions/ray_converter/requirements.txt`."""

import pytest
from rays import NotARay, convert


def test_every_form_gives_the_same_ray() -> None:
    polar = convert({"azimuth": 90, "elevation": 0})
    assert polar["direction"] == [1.0, 0.0, 0.0]
    assert convert({"direction": [5, 0, 0]}) == polar
    assert convert({"origin": [0, 0, 0], "through": [2, 0, 0]}) == polar


def test_straight_up_has_elevation_90() -> None:
    assert convert({"direction": [0, 0, 3]})["elevation"] == 90


@pytest.mark.parametrize(
    "ray",
    [
        {},
        {"azimuth": 10},
        {"direction": [0, 0, 0]},
        {"elevation": 91, "azimuth": 0},
        {"through": [1, 2]},
        "ray",
    ],
)
def test_what_is_no_ray_is_refused_with_a_reason(ray: object) -> None:
    with pytest.raises(NotARay, match=r"\w+"):
        convert(ray)
