"""The map of the demo: made-up boundaries of its made-up ZIP areas, somewhere in the ocean.

A grid whose corners are shifted and whose edges wander; neighbors share their edge point for point.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np

MAP_FILE = "zip_areas.geojson"
ROWS = (("01211", "01216", "01231", "12111"), ("01248", "01272", "12119", "12115"))
WEST, NORTH, CELL = -40.0, 45.0, 0.12
Point = tuple[float, float]


def write_map(folder: Path, seed: int = 2026) -> None:
    """Write the boundaries beside the settings."""
    features = [
        {
            "type": "Feature",
            "properties": {"zip": code},
            "geometry": {"type": "Polygon", "coordinates": [_ring(row, column, seed)]},
        }
        for row, codes in enumerate(ROWS)
        for column, code in enumerate(codes)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / MAP_FILE).write_text(text + "\n", encoding="utf-8")


def _ring(row: int, column: int, seed: int) -> list[Point]:
    corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column), (row, column)]
    ring: list[Point] = []
    for start, end in pairwise(corners):
        ring += _edge(start, end, seed)[:-1]
    return [*ring, ring[0]]


def _edge(start: tuple[int, int], end: tuple[int, int], seed: int) -> list[Point]:
    """The edge between two corners of the grid, the same whichever way it is gone."""
    if start > end:
        return _edge(end, start, seed)[::-1]
    chance = np.random.default_rng((seed, *start, *end))
    points = [np.array(_corner(*start, seed)), np.array(_corner(*end, seed))]
    for _ in range(4):
        halved = [points[0]]
        for a, b in pairwise(points):
            aside = np.array([a[1] - b[1], b[0] - a[0]]) * chance.uniform(-0.16, 0.16)
            halved += [(a + b) / 2 + aside, b]
        points = halved
    return [(round(float(p[0]), 4), round(float(p[1]), 4)) for p in points]


def _corner(row: int, column: int, seed: int) -> Point:
    shift = np.random.default_rng((seed, row, column)).uniform(-0.3, 0.3, 2) * CELL
    return WEST + column * CELL * 1.3 + shift[0], NORTH - row * CELL + shift[1]
