"""Spectacles: thin tubes around both eyes and back to the ears."""

from dataclasses import dataclass

import numpy as np

from adapters.faces.studio.anatomy.geometry import Points, unit
from adapters.faces.studio.anatomy.proportions import frame_size
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import PAINT_COLUMNS, quad_normals

SIDES = 6
TUBE = 0.017
"""Radius of the wire in decimetres."""
RIM_WIDTH, RIM_HEIGHT, RIM_STEPS = 0.245, 0.195, 40
"""Half the width and half the height of a rim, and the points on it."""
SQUARENESS = 2.6
"""Exponent of the rims' superellipse; 2 would be an ellipse."""
RIM_DROP, RIM_CLEARANCE, RIM_SWEEP = 0.02, 0.05, 0.16
"""How far the rims hang below the eyes, stand off the face, and curve back at their outer ends."""
BRIDGE_RISE, BRIDGE_STEPS = 0.05, 11
TEMPLE_HEIGHT, TEMPLE_BEND_Z, TEMPLE_END_Z, TEMPLE_STEPS = 0.07, 0.70, 0.28, 8
"""Where the side pieces start above the rims' middle, where they meet the head, and how far back they reach."""


@dataclass(frozen=True, slots=True)
class Tubes:
    """Joined tubes as a quad mesh."""

    points: FloatArray
    normals: FloatArray
    quads: IntArray

    @property
    def paint(self) -> FloatArray:
        """Nothing is painted on them: zeros (n, PAINT_COLUMNS)."""
        return np.zeros((len(self.points), PAINT_COLUMNS), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Where the spectacles sit on one face; `size` is that of the rims as a share of an adult's."""

    size: float
    eye_x: float
    """Distance of the rims' middles from the middle of the face."""
    eye_y: float
    front: float
    """Depth of the rims' inner ends."""
    half_head: float
    """Half the width of the head at the temples."""


def fit_glasses(skin: FloatArray, eyes: FloatArray, scale: float) -> Tubes:
    """Return spectacles for a face.

    `skin` are the fine vertices of the face at rest without its ears, `eyes` the control vertices of both eyeballs,
    `scale` the head's height as a share of an adult's.
    """
    fit = _fit(skin, eyes, scale)
    paths = [path for side in (-1.0, 1.0) for path in (_rim(fit, side), _temple(fit, side))]
    return _tubes([*paths, _bridge(fit)])


def _fit(skin: FloatArray, eyes: FloatArray, scale: float) -> _Fit:
    eye_x = float(np.abs(eyes[:, 0]).mean())
    eye_y = float(eyes[:, 1].mean()) - RIM_DROP * scale
    size = frame_size(scale)
    near = (np.abs(skin[:, 1] - eye_y) < 0.2 * size) & (np.abs(np.abs(skin[:, 0]) - eye_x) < 0.22 * size)
    temple = (np.abs(skin[:, 1] - eye_y - 0.05) < 0.08) & (np.abs(skin[:, 2] - 0.75) < 0.2)
    return _Fit(
        size=size,
        eye_x=eye_x,
        eye_y=eye_y,
        front=float(skin[near, 2].max()) + RIM_CLEARANCE * size,
        half_head=float(np.abs(skin[temple, 0]).max()) + 1.5 * TUBE,
    )


def _rim(fit: _Fit, side: float) -> Points:
    """Return the path around one eye; `side` is -1 or 1."""
    turn = np.linspace(0, 2 * np.pi, RIM_STEPS)
    cosine, sine = np.cos(turn), np.sin(turn)
    wide = np.sign(cosine) * np.abs(cosine) ** (2 / SQUARENESS) * RIM_WIDTH * fit.size
    high = np.sign(sine) * np.abs(sine) ** (2 / SQUARENESS) * RIM_HEIGHT * fit.size
    outward = np.clip((wide / fit.size + RIM_WIDTH) / (2 * RIM_WIDTH), 0, 1)
    depth = fit.front - RIM_SWEEP * fit.size * outward**2
    return np.stack([side * (fit.eye_x + wide), fit.eye_y + high, depth], axis=1)


def _temple(fit: _Fit, side: float) -> Points:
    """Return the path of one side piece, from the rim to the ear."""
    hinge = np.array(
        [
            side * (fit.eye_x + 0.97 * RIM_WIDTH * fit.size),
            fit.eye_y + TEMPLE_HEIGHT * fit.size,
            fit.front - RIM_SWEEP * fit.size,
        ]
    )
    bend = np.array([side * fit.half_head, hinge[1] + 0.01, TEMPLE_BEND_Z])
    end = np.array([side * fit.half_head, hinge[1] + 0.02, TEMPLE_END_Z])
    back = np.linspace(0, 1, TEMPLE_STEPS)[:, None]
    return np.concatenate([hinge + (bend - hinge) * back[:-1], bend + (end - bend) * back])


def _bridge(fit: _Fit) -> Points:
    """Return the path over the nose."""
    inner = fit.eye_x - RIM_WIDTH * fit.size
    across = np.linspace(-1, 1, BRIDGE_STEPS)
    arch = fit.eye_y + 0.05 * fit.size + BRIDGE_RISE * fit.size * (1 - across**2)
    return np.stack([inner * across, arch, fit.front + 0.02 * (1 - across**2)], axis=1)


def _tubes(paths: list[Points]) -> Tubes:
    """Sweep a circle along each path."""
    points, quads, first = [], [], 0
    for path in paths:
        swept, faces = _tube(path, first)
        points.append(swept)
        quads.append(faces)
        first += len(swept)
    joined = np.concatenate(points).astype(np.float32)
    faces = np.concatenate(quads)
    return Tubes(joined, quad_normals(joined, faces), faces)


def _tube(path: Points, first: int) -> tuple[Points, IntArray]:
    """Return the vertices and quads of a tube along a path (steps, 3); its vertices are numbered from `first`."""
    along = unit(np.gradient(path, axis=0))
    aside = unit(np.cross(along, [0.13, 0.31, 0.94]))
    across = np.cross(along, aside)
    turn = np.arange(SIDES) * 2 * np.pi / SIDES
    ring = np.cos(turn)[None, :, None] * aside[:, None] + np.sin(turn)[None, :, None] * across[:, None]
    points = (path[:, None] + TUBE * ring).reshape(-1, 3)
    grid = first + np.arange(len(path) * SIDES).reshape(len(path), SIDES)
    turned = np.roll(grid, -1, axis=1)
    quads = np.stack([grid[:-1], turned[:-1], turned[1:], grid[1:]], axis=-1)
    return points, quads.reshape(-1, 4).astype(np.int32)
