"""Spectacles: thin tubes around both eyes and back to the ears."""

from dataclasses import dataclass

import numpy as np

from adapters.faces.studio.anatomy.proportions import frame_size
from adapters.faces.studio.anatomy.skull import Points
from adapters.faces.studio.anatomy.strands import unit
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import quad_normals

SIDES = 6
TUBE = 0.017
"""Radius of the wire in decimetres."""
RIM_WIDTH, RIM_HEIGHT, RIM_STEPS = 0.245, 0.195, 40
SQUARENESS = 2.6
"""Exponent of the rims' superellipse; 2 would be an ellipse."""
RIM_DROP, RIM_CLEARANCE, RIM_SWEEP = 0.02, 0.05, 0.16
"""How far the rims hang below the eyes, stand off the face, and bend back at their outer ends."""
BRIDGE_RISE = 0.05
TEMPLE_HEIGHT, TEMPLE_BEND_Z, TEMPLE_END_Z, TEMPLE_STEPS = 0.07, 0.70, 0.28, 8
"""Where the side pieces start above the rims' middle, where they meet the head, and how far back they reach."""


@dataclass(frozen=True, slots=True)
class Tubes:
    """Joined tubes as a quad mesh."""

    points: FloatArray
    normals: FloatArray
    quads: IntArray


def _tube(path: Points, first: int) -> tuple[Points, IntArray]:
    """Sweep a circle along a path (steps, 3); its vertices are numbered from `first`."""
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


def fit_glasses(skin: FloatArray, eyes: FloatArray, scale: float) -> Tubes:
    """Fit spectacles to a face.

    `skin` are the fine vertices of the face at rest, `eyes` the control vertices of both eyeballs, `scale` the
    head's height beside an adult's.
    """
    eye_x = float(np.abs(eyes[:, 0]).mean())
    eye_y = float(eyes[:, 1].mean()) - RIM_DROP * scale
    size = frame_size(scale)
    near = (np.abs(skin[:, 1] - eye_y) < 0.2 * size) & (np.abs(np.abs(skin[:, 0]) - eye_x) < 0.22 * size)
    front = float(skin[near, 2].max()) + RIM_CLEARANCE * size
    temple = (np.abs(skin[:, 1] - eye_y - 0.05) < 0.08) & (np.abs(skin[:, 2] - 0.75) < 0.2)
    half_head = float(np.abs(skin[temple, 0]).max()) + 1.5 * TUBE

    turn = np.linspace(0, 2 * np.pi, RIM_STEPS)
    cosine, sine = np.cos(turn), np.sin(turn)
    wide = np.sign(cosine) * np.abs(cosine) ** (2 / SQUARENESS) * RIM_WIDTH * size
    high = np.sign(sine) * np.abs(sine) ** (2 / SQUARENESS) * RIM_HEIGHT * size
    paths = []
    for side in (-1.0, 1.0):
        outward = np.clip((wide / size + RIM_WIDTH) / (2 * RIM_WIDTH), 0, 1)
        depth = front - RIM_SWEEP * size * outward**2
        paths.append(np.stack([side * (eye_x + wide), eye_y + high, depth], axis=1))
        hinge = np.array(
            [side * (eye_x + 0.97 * RIM_WIDTH * size), eye_y + TEMPLE_HEIGHT * size, front - RIM_SWEEP * size]
        )
        bend = np.array([side * half_head, hinge[1] + 0.01, TEMPLE_BEND_Z])
        end = np.array([side * half_head, hinge[1] + 0.02, TEMPLE_END_Z])
        back = np.linspace(0, 1, TEMPLE_STEPS)[:, None]
        paths.append(np.concatenate([hinge + (bend - hinge) * back[:-1], bend + (end - bend) * back]))
    inner = eye_x - RIM_WIDTH * size
    across = np.linspace(-1, 1, 11)
    arch = eye_y + 0.05 * size + BRIDGE_RISE * size * (1 - across**2)
    paths.append(np.stack([inner * across, arch, front + 0.02 * (1 - across**2)], axis=1))

    points, quads, first = [], [], 0
    for path in paths:
        swept, faces = _tube(path, first)
        points.append(swept)
        quads.append(faces)
        first += len(swept)
    joined = np.concatenate(points).astype(np.float32)
    faces = np.concatenate(quads)
    return Tubes(joined, quad_normals(joined, faces), faces)
