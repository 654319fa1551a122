"""Boundaries of areas (ZIP areas, counties) from a GeoJSON file (RFC 7946).

Checked when read: the partnership draws its own file, so a mistake is told with its place and how to fix it. Nothing
of the file is taken for markup, and a message repeats no more of it than a few short names.
"""

import json
from pathlib import Path
from typing import Any

from schemas.policy.partnership import Map

Ring = list[tuple[float, float]]
Areas = dict[str, list[Ring]]
"""Code of an area -> its rings of (longitude, latitude); a ring within another is a hole."""
MOST_MB, MOST_POINTS = 20, 50_000
MOST_PARTS = 1_000_000
"""Brackets, braces and commas of a file: without a limit, 20 MB of `[],[],[]` take half a gigabyte when read."""
_LONGEST_CODE, _LONGEST_NAME, _MOST_NAMES = 20, 60, 12


class BadBoundaries(Exception):
    """The file of boundaries cannot be used; the message says why and what to do."""


def read_boundaries(folder: Path, chosen: Map) -> Areas:
    """The areas of a map whose file lies in the data folder. Raises BadBoundaries."""
    path = folder / chosen.file
    if not path.is_file():
        raise BadBoundaries(
            f"{chosen.file} is not in the data folder: put it beside concord.toml, or upload it on the page Settings"
        )
    if path.stat().st_size > MOST_MB << 20:
        raise BadBoundaries(f"{chosen.file} has more than {MOST_MB} MB: simplify its shapes")
    return areas(features(path.read_bytes(), chosen.file), chosen, chosen.file)


def features(data: bytes, name: str) -> list[Any]:
    """The features of a file, not checked yet; `name` is what messages call it. Raises BadBoundaries."""
    if len(data) > MOST_MB << 20:
        raise BadBoundaries(f"{name} has more than {MOST_MB} MB: simplify its shapes")
    if sum(data.count(part) for part in (b"[", b"{", b",")) > MOST_PARTS:
        raise BadBoundaries(f"{name} has more parts than can be drawn: simplify its shapes, and leave properties out")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):  # of text that is no UTF-8 or no JSON, and of numbers without an end
        raise BadBoundaries(f"{name} is no JSON in UTF-8: save it as GeoJSON again") from None
    found = content.get("features") if isinstance(content, dict) else None
    if not isinstance(found, list) or not found:
        raise BadBoundaries(f"{name} is no GeoJSON FeatureCollection with features")
    return found


def areas(found: list[Any], chosen: Map, name: str) -> Areas:
    """The areas of features, by the property that a map names. Raises BadBoundaries."""
    known: Areas = {}
    for number, feature in enumerate(found, 1):
        code, rings = _area(feature, chosen, f"{name}, feature {number}")
        if code in known:
            raise BadBoundaries(f"{name}, feature {number}: the area {code} is there twice; merge its shapes")
        known[code] = rings
    points = sum(len(ring) for rings in known.values() for ring in rings)
    if points > MOST_POINTS:
        raise BadBoundaries(f"{name} has {points:,} points, at most {MOST_POINTS:,} are drawn: simplify its shapes")
    return known


def properties(found: list[Any]) -> list[str]:
    """The properties that hold a code in each feature, in the order of the first: what can be chosen from."""
    every = [_properties(feature) for feature in found]
    return [name for name in every[0] if _is_word(name) and all(_code(of.get(name)) for of in every)]


def codes(found: list[Any], name: str) -> set[str]:
    """The codes that a property holds; features without one are left out."""
    return {_code(_properties(feature).get(name)) for feature in found} - {""}


def _area(feature: Any, chosen: Map, where: str) -> tuple[str, list[Ring]]:
    of, geometry = _properties(feature), _inside(feature, "geometry")
    if chosen.property not in of:
        raise BadBoundaries(f"{where}: there is no property {chosen.property!r} (there are: {_named(of)})")
    code = _code(of[chosen.property])
    if not code:
        raise BadBoundaries(f"{where}: the property {chosen.property!r} is no code")
    kind = geometry.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        has = kind if isinstance(kind, str) and _is_word(kind) else "without a shape"
        raise BadBoundaries(f"{where}: an area must be a Polygon or MultiPolygon, not {has}")
    try:
        parts = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
        rings = [[_point(p, where) for p in ring] for part in parts for ring in part]
    except (KeyError, TypeError, IndexError):
        raise BadBoundaries(f"{where}: its coordinates are no rings of points") from None
    if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        raise BadBoundaries(f"{where}: a ring needs four points or more and must end where it begins")
    return code, rings


def _properties(feature: Any) -> dict[str, Any]:
    return _inside(feature, "properties")


def _inside(feature: Any, name: str) -> dict[str, Any]:
    found = feature.get(name) if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def _code(told: Any) -> str:
    """An area's code; empty for what can be none. A number read as a code has lost its leading zeros."""
    if isinstance(told, bool) or not isinstance(told, str | int):
        return ""
    if isinstance(told, int):
        return str(told).zfill(5) if 0 <= told < 10**5 else ""
    code = told.strip()
    return code if len(code) <= _LONGEST_CODE and code.isprintable() else ""


def _is_word(name: str) -> bool:
    """Whether a name can be shown and kept: no half of a surrogate pair, no control character, no essay."""
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable()


def _named(of: dict[str, Any]) -> str:
    names = sorted(filter(_is_word, of))
    more = ", …" if len(names) > _MOST_NAMES else ""
    return (", ".join(names[:_MOST_NAMES]) + more) or "none"


def _point(point: Any, where: str) -> tuple[float, float]:
    """Longitude and latitude in degrees."""
    longitude, latitude = point[0], point[1]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in (longitude, latitude)):
        raise TypeError
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise BadBoundaries(
            f"{where}: its points are no longitude and latitude in degrees: save it as WGS 84 (EPSG:4326)"
        )
    return float(longitude), float(latitude)
