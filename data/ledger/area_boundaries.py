"""Boundaries of areas (ZIP areas, counties) from a GeoJSON file beside the settings.

Checked when read: the partnership draws its own file, so a mistake is told with its place and how to fix it.
"""

import json
from pathlib import Path
from typing import Any

from schemas.policy.partnership import Map

Ring = list[tuple[float, float]]
Areas = dict[str, list[Ring]]
"""Code of an area -> its rings of (longitude, latitude); a ring within another is a hole."""
MOST_MB, MOST_POINTS = 20, 50_000


class BadBoundaries(Exception):
    """The file of boundaries cannot be used; the message says why and what to do."""


def read_boundaries(folder: Path, chosen: Map) -> Areas:
    """The areas of a map. Raises BadBoundaries."""
    path = folder / chosen.file
    if not path.is_file():
        raise BadBoundaries(f"{chosen.file} is not in the data folder: put it beside concord.toml, or take the map out")
    if path.stat().st_size > MOST_MB << 20:
        raise BadBoundaries(f"{chosen.file} has more than {MOST_MB} MB: simplify its shapes")
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise BadBoundaries(f"{chosen.file} is no JSON in UTF-8: save it as GeoJSON again") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise BadBoundaries(f"{chosen.file} is no GeoJSON FeatureCollection with features")
    areas: Areas = {}
    for number, feature in enumerate(features, 1):
        code, rings = _area(feature, chosen, f"{chosen.file}, feature {number}")
        if code in areas:
            raise BadBoundaries(f"{chosen.file}, feature {number}: the area {code} is there twice; merge its shapes")
        areas[code] = rings
    points = sum(len(ring) for rings in areas.values() for ring in rings)
    if points > MOST_POINTS:
        raise BadBoundaries(
            f"{chosen.file} has {points:,} points, at most {MOST_POINTS:,} are drawn: simplify its shapes"
        )
    return areas


def _area(feature: Any, chosen: Map, where: str) -> tuple[str, list[Ring]]:
    known = feature if isinstance(feature, dict) else {}
    properties, geometry = known.get("properties") or {}, known.get("geometry") or {}
    if not isinstance(properties, dict) or chosen.property not in properties:
        has = ", ".join(sorted(map(str, properties))) if isinstance(properties, dict) and properties else "none"
        raise BadBoundaries(f"{where}: there is no property {chosen.property!r} (there are: {has})")
    code = properties[chosen.property]
    if isinstance(code, bool) or not isinstance(code, str | int) or not str(code).strip():
        raise BadBoundaries(f"{where}: the property {chosen.property!r} is no code")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadBoundaries(f"{where}: an area must be a Polygon or MultiPolygon, not {kind or 'without a shape'}")
    try:
        parts = [geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"]
        rings = [[_point(p, where) for p in ring] for part in parts for ring in part]
    except (KeyError, TypeError):
        raise BadBoundaries(f"{where}: its coordinates are no rings of points") from None
    if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
        raise BadBoundaries(f"{where}: a ring needs four points or more and must end where it begins")
    width = 5 if chosen.by in ("zip", "county_fips") and isinstance(code, int) else 0
    return str(code).strip().zfill(width), rings


def _point(point: Any, where: str) -> tuple[float, float]:
    """Longitude and latitude; a number read as a code would have lost its leading zeros, so those come back above."""
    longitude, latitude = point[0], point[1]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in (longitude, latitude)):
        raise TypeError
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise BadBoundaries(
            f"{where}: its points are no longitude and latitude in degrees: save it as WGS 84 (EPSG:4326)"
        )
    return float(longitude), float(latitude)
