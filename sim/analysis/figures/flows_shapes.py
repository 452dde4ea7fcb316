"""The two shapes of the flows diagram: a band, and a thin arc back below."""

from matplotlib.path import Path

_M, _L, _C = Path.MOVETO, Path.LINETO, Path.CURVE4


def band(segments, height):
    """One filled band through all its segments (x0, y0, x1, y1): along the top, and back along the bottom."""
    points, codes = [(segments[0][0], segments[0][1])], [_M]
    for x0, y0, x1, y1 in segments:
        middle = (x0 + x1) / 2
        points += [(x0, y0), (middle, y0), (middle, y1), (x1, y1)]
        codes += [_L, _C, _C, _C]
    points.append((segments[-1][2], segments[-1][3] + height))
    codes.append(_L)
    for x0, y0, x1, y1 in segments[::-1]:
        middle = (x0 + x1) / 2
        points += [(x1, y1 + height), (middle, y1 + height), (middle, y0 + height), (x0, y0 + height)]
        codes += [_L, _C, _C, _C]
    return Path([*points, points[0]], [*codes, Path.CLOSEPOLY])


def arc(out, y0, right, lane, left, back, y1):
    """From (out, y0) right, down to the lane, along it to the left, up, and right to (back, y1); corners rounded."""
    return Path(
        [
            (out, y0),
            (right, y0),
            (right, y0),
            (right, y0 + 0.08),
            (right, lane - 0.08),
            (right, lane),
            (right, lane),
            (right - 0.08, lane),
            (left + 0.08, lane),
            (left, lane),
            (left, lane),
            (left, lane - 0.08),
            (left, y1 + 0.08),
            (left, y1),
            (left, y1),
            (back, y1),
        ],
        [_M, _C, _C, _C, _L, _C, _C, _C, _L, _C, _C, _C, _L, _C, _C, _C],
    )
