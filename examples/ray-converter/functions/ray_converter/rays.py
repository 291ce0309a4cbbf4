"""Rays and their forms. A ray has an origin and a direction of length one."""

from __future__ import annotations

import math
from typing import Any

import fastjsonschema

_VECTOR = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}
_validate = fastjsonschema.compile(
    {
        "type": "object",
        "properties": {
            "origin": _VECTOR,
            "through": _VECTOR,
            "direction": _VECTOR,
            "azimuth": {"type": "number"},
            "elevation": {"type": "number", "minimum": -90, "maximum": 90},
        },
        "additionalProperties": False,
        "oneOf": [
            {"required": ["through"]},
            {"required": ["direction"]},
            {"required": ["azimuth", "elevation"]},
        ],
    }
)


class NotARay(ValueError):
    """The input describes no ray."""


def convert(ray: Any) -> dict[str, Any]:
    """A ray in any of its forms, as all of them. Angles are degrees, azimuth counts from north to east.

    Raises NotARay, with the reason, for what is no ray.
    """
    try:
        _validate(ray)
    except fastjsonschema.JsonSchemaException as error:
        raise NotARay(error.message.replace("data", "ray", 1)) from error
    origin = [float(value) for value in ray.get("origin", [0, 0, 0])]
    direction = _unit(_direction(ray, origin))
    east, north, up = direction
    return {
        "origin": origin,
        "direction": [round(value, 9) for value in direction],
        "azimuth": round(math.degrees(math.atan2(east, north)) % 360, 6),
        "elevation": round(math.degrees(math.asin(max(-1.0, min(1.0, up)))), 6),
    }


def _direction(ray: dict[str, Any], origin: list[float]) -> list[float]:
    if "through" in ray:
        return [to - start for to, start in zip(ray["through"], origin, strict=True)]
    if "direction" in ray:
        return list(ray["direction"])
    azimuth, elevation = math.radians(ray["azimuth"]), math.radians(ray["elevation"])
    flat = math.cos(elevation)
    return [flat * math.sin(azimuth), flat * math.cos(azimuth), math.sin(elevation)]


def _unit(vector: list[float]) -> list[float]:
    length = math.hypot(*vector)
    if length == 0:
        raise NotARay("ray has no direction: both of its points are the same")
    return [value / length for value in vector]
