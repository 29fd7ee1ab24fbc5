"""Value noise and smooth steps for kernels."""

import math

from adapters.faces.studio.render.kernels import inlined


@inlined
def ease(t: float) -> float:
    """Return Hermite's curve from 0 to 1 for `t` of 0..1; it is flat at both ends."""
    return t * t * (3 - 2 * t)


@inlined
def smoothstep(start: float, end: float, x: float) -> float:
    """Rise from 0 at `start` to 1 at `end` along `ease`; with `start` greater than `end` it falls."""
    return ease(min(max((x - start) / (end - start), 0.0), 1.0))


@inlined
def lattice(x: int, y: int, z: int) -> float:
    """Return a fixed pseudo-random number in 0..1 for a point of the integer lattice."""
    n = (x * 73856093) ^ (y * 19349663) ^ (z * 83492791)
    n &= 0x7FFFFFFF
    n = (n >> 13) ^ n
    n = (n * ((n * n * 15731 + 789221) & 0x7FFFFFFF) + 1376312589) & 0x7FFFFFFF
    return n / 2147483647.0


@inlined
def bilinear(x: int, y: int, z: int, u: float, v: float) -> float:
    """Return the lattice's value between four points of one layer: `u` of the way along x, `v` along y."""
    return (lattice(x, y, z) * (1 - u) + lattice(x + 1, y, z) * u) * (1 - v) + (
        lattice(x, y + 1, z) * (1 - u) + lattice(x + 1, y + 1, z) * u
    ) * v


@inlined
def value_noise(x: float, y: float, z: float) -> float:
    """Return smooth noise in 0..1 of three coordinates; its features are about one unit wide."""
    fx, fy, fz = math.floor(x), math.floor(y), math.floor(z)
    ix, iy, iz = int(fx), int(fy), int(fz)
    u, v, w = ease(x - fx), ease(y - fy), ease(z - fz)
    return bilinear(ix, iy, iz, u, v) * (1 - w) + bilinear(ix, iy, iz + 1, u, v) * w


@inlined
def flat_noise(x: float, y: float, seed: int) -> float:
    """Return smooth noise in 0..1 of two coordinates; cheaper than `value_noise`."""
    fx, fy = math.floor(x), math.floor(y)
    return bilinear(int(fx), int(fy), seed, ease(x - fx), ease(y - fy))
