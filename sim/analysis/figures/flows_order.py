"""The order of places and bands in the flows diagram: which above which, and where each band leaves and arrives."""

_RANK = {
    "resolved": 0,
    "home": 1,
    "community": 2,
    "diagnostics": 3,
    "triage": 4,
    "primary": 5,
    "hospital": 6,
    "surgery": 7,
    "removed": 8,
}


def stack(layout, gap, least):
    """Order in each column by where the neighbours lie, swept to and fro; then heights."""
    columns = {}
    for key, slot in layout.slots.items():
        columns.setdefault(slot.column, []).append(key)

    def rank(key):
        slot = layout.slots[key]
        word = slot.name if slot.name in _RANK else slot.setting
        return (_RANK.get(word, 5), str(slot.name))

    layout.height = max(
        sum(_room(layout.slots[k], least) + _above(layout.slots[k], gap) for k in keys) for keys in columns.values()
    )
    for keys in columns.values():
        keys.sort(key=rank)
        _place(layout, keys, gap, least)
    links = {}
    for path, people in layout.bands:
        for a, b in zip(path, path[1:]):
            links.setdefault(a, []).append((b, people))
            links.setdefault(b, []).append((a, people))
    order = sorted(columns)
    for sweep in range(6):
        for c in order if sweep % 2 == 0 else order[::-1]:
            side = (-1, 1)[sweep % 2]

            def pull(key, side=side):
                near = [
                    (o, p)
                    for o, p in links.get(key, ())
                    if (layout.slots[o].column - layout.slots[key].column) * side > 0
                ]
                weight = sum(p for _, p in near)
                here = layout.slots[key].y + layout.slots[key].people / 2
                return (
                    sum((layout.slots[o].y + layout.slots[o].people / 2) * p for o, p in near) / weight
                    if weight
                    else here
                )

            columns[c].sort(key=lambda k: (round(pull(k), 6), rank(k)))
            _place(layout, columns[c], gap, least)


def threads(layout):
    """(path, people, [(where it leaves, where it arrives), ...]) of each band, in people down the page."""
    tops = {key: slot.y for key, slot in layout.slots.items()}
    leaving, arriving = dict(tops), dict(tops)
    ends = [[None] * (len(path) - 1) for path, _ in layout.bands]

    def middle(key):
        return layout.slots[key].y + layout.slots[key].people / 2

    for column in sorted({slot.column for slot in layout.slots.values()}):
        here = [
            (i, j)
            for i, (path, _) in enumerate(layout.bands)
            for j, key in enumerate(path[:-1])
            if layout.slots[key].column == column
        ]
        for i, j in sorted(here, key=lambda r: (middle(layout.bands[r[0]][0][r[1] + 1]), r)):
            path, people = layout.bands[i]
            if j:  # passing by: goes on where it came in
                ends[i][j] = ends[i][j - 1][1]
            else:
                ends[i][j], leaving[path[j]] = leaving[path[j]], leaving[path[j]] + people
        for i, j in sorted(here, key=lambda r: (ends[r[0]][r[1]], r)):
            path, people = layout.bands[i]
            ends[i][j], arriving[path[j + 1]] = (ends[i][j], arriving[path[j + 1]]), arriving[path[j + 1]] + people
    return [(path, people, ends[i]) for i, (path, people) in enumerate(layout.bands)]


def _room(slot, least) -> float:
    return max(slot.people, least) if slot.place else slot.people


def _above(slot, gap) -> float:
    """A place has its name above it; a passing band needs only air."""
    return gap if slot.place else gap * 0.25


def _place(layout, keys, gap, least):
    y = 0.0
    for key in keys:
        slot = layout.slots[key]
        y += _above(slot, gap)
        slot.y = y
        y += _room(slot, least)
    spare = (layout.height - y) / 2
    for key in keys:
        layout.slots[key].y += spare
