"""Value noise and smooth steps for kernels."""

import math

from adapters.faces.studio.render.kernels import inlined


@inlined
def smoothstep(start: float, end: float, x: float) -> float:
    """Rise from 0 at `start` to 1 at `end` with flat ends (Hermite); `start` may be the greater one."""
    t = (x - start) / (end - start)
    t = min(max(t, 0.0), 1.0)
    return t * t * (3 - 2 * t)


@inlined
def lattice(x: int, y: int, z: int) -> float:
    """Return a fixed pseudo-random number in 0..1 for a point of the integer lattice."""
    n = (x * 73856093) ^ (y * 19349663) ^ (z * 83492791)
    n &= 0x7FFFFFFF
    n = (n >> 13) ^ n
    n = (n * ((n * n * 15731 + 789221) & 0x7FFFFFFF) + 1376312589) & 0x7FFFFFFF
    return n / 2147483647.0


@inlined
def value_noise(x: float, y: float, z: float) -> float:
    """Return smooth noise in 0..1 with one bump a unit: lattice values, blended over the cell."""
    fx, fy, fz = math.floor(x), math.floor(y), math.floor(z)
    ix, iy, iz = int(fx), int(fy), int(fz)
    u, v, w = x - fx, y - fy, z - fz
    u, v, w = u * u * (3 - 2 * u), v * v * (3 - 2 * v), w * w * (3 - 2 * w)
    near = (lattice(ix, iy, iz) * (1 - u) + lattice(ix + 1, iy, iz) * u) * (1 - v) + (
        lattice(ix, iy + 1, iz) * (1 - u) + lattice(ix + 1, iy + 1, iz) * u
    ) * v
    far = (lattice(ix, iy, iz + 1) * (1 - u) + lattice(ix + 1, iy, iz + 1) * u) * (1 - v) + (
        lattice(ix, iy + 1, iz + 1) * (1 - u) + lattice(ix + 1, iy + 1, iz + 1) * u
    ) * v
    return near * (1 - w) + far * w


@inlined
def flat_noise(x: float, y: float, seed: int) -> float:
    """Return smooth noise of two coordinates in 0..1; cheaper than `value_noise`."""
    fx, fy = math.floor(x), math.floor(y)
    ix, iy = int(fx), int(fy)
    u, v = x - fx, y - fy
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    return (lattice(ix, iy, seed) * (1 - u) + lattice(ix + 1, iy, seed) * u) * (1 - v) + (
        lattice(ix, iy + 1, seed) * (1 - u) + lattice(ix + 1, iy + 1, seed) * u
    ) * v
