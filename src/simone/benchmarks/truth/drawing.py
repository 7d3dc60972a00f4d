"""Figures as SVG files by hand: reliability, risk against coverage, and errors with their intervals.

Not for counting. Each is readable on light and on dark ground, and carries its title and a description for those who
do not see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import msgspec

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 56, 84
_STYLE = """
text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600;font-size:15px}.small{font-size:11.5px}
.ground{fill:#fff}.axis{stroke:#59636e}.grid{stroke:#d1d9e0;stroke-width:.75}.ideal{stroke:#59636e;stroke-dasharray:5 4}
.s0{stroke:#0b62c4;fill:#0b62c4}.s1{stroke:#b34700;fill:#b34700}.s2{stroke:#1a7f37;fill:#1a7f37}
.s3{stroke:#8250df;fill:#8250df}.line{fill:none;stroke-width:2.2}.whisker{stroke-width:1.6}.bar{stroke:none;opacity:.25}
@media (prefers-color-scheme:dark){text{fill:#f0f3f6}.ground{fill:#0d1117}.axis,.ideal{stroke:#9ba6b2}
.grid{stroke:#333b45}.s0{stroke:#6cb1ff;fill:#6cb1ff}.s1{stroke:#ffa35c;fill:#ffa35c}.s2{stroke:#56d364;fill:#56d364}
.s3{stroke:#c3a0ff;fill:#c3a0ff}.line{fill:none}}
.line{fill:none}text{stroke:none}
"""


class Point(msgspec.Struct, frozen=True):
    """A value at a place, with its 95 % interval and how many it stands on."""

    at: float
    value: float
    low: float
    high: float
    count: int


class Curve(msgspec.Struct, frozen=True):
    """Named points, joined in their order."""

    name: str
    points: tuple[Point, ...]


class Frame:
    """A plane with axes: values to places on the page."""

    def __init__(self, title: str, told: str, across: str, up: str, most: tuple[float, float], least_x: float = 0.0):
        """`most`: where the axes end; both begin at 0, or the first at `least_x`."""
        self._parts = [
            *_opened(title, told, HEIGHT),
        ]
        self._least, (self._right, self._top) = least_x, most
        for n in range(6):
            x, y = least_x + (most[0] - least_x) * n / 5, most[1] * n / 5
            self._parts += [
                f'<line class="grid" {self._ends(x, 0, x, most[1])}/>',
                f'<line class="grid" {self._ends(least_x, y, most[0], y)}/>',
                _text(self.x(x), HEIGHT - BOTTOM + 18, f"{x:.0%}", "small", "middle"),
                _text(LEFT - 8, self.y(y) + 4, _percent(y), "small", "end"),
            ]
        middle = (TOP + HEIGHT - BOTTOM) / 2
        self._parts += [
            f'<line class="axis" {self._ends(least_x, 0, most[0], 0)}/>',
            f'<line class="axis" {self._ends(least_x, 0, least_x, most[1])}/>',
            _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 38, across, "", "middle"),
            f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
        ]

    def x(self, value: float) -> float:
        """Pixels from the left."""
        return LEFT + (value - self._least) / (self._right - self._least) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Pixels from the top; what lies above the axis is drawn at its end."""
        return HEIGHT - BOTTOM - min(value, self._top) / self._top * (HEIGHT - TOP - BOTTOM)

    def ideal(self, ends: tuple[float, float, float, float]) -> None:
        """A dashed line of what would be right."""
        self._parts.append(f'<line class="ideal" {self._ends(*ends)}/>')

    def bars(self, number: int, points: Sequence[Point], width: float, share: float = 0.2) -> None:
        """How many each point stands on, as bars of at most `share` of the height."""
        most = max((point.count for point in points), default=1)
        for point in points:
            top = self.y(self._top * share * point.count / most)
            self._parts.append(
                f'<rect class="s{number} bar" x="{self.x(point.at - width / 2):.1f}" y="{top:.1f}"'
                f' width="{self.x(width) - self.x(0):.1f}" height="{HEIGHT - BOTTOM - top:.1f}"/>'
            )

    def curve(self, number: int, points: Sequence[Point], joined: bool = True, whiskers: bool = True) -> None:
        """Points with their intervals, joined by a line or not."""
        if joined and points:
            line = " ".join(f"{self.x(p.at):.1f},{self.y(p.value):.1f}" for p in points)
            self._parts.append(f'<polyline class="s{number} line" points="{line}"/>')
        for p in points if whiskers else ():
            told = f"{p.value:.3f} [{p.low:.3f}, {p.high:.3f}], n={p.count}"
            self._parts.append(
                f'<g class="s{number}"><title>{told}</title>'
                f'<line class="whisker" {self._ends(p.at, p.low, p.at, p.high)}/>'
                f'<circle cx="{self.x(p.at):.1f}" cy="{self.y(p.value):.1f}" r="3.5"/></g>'
            )

    def legend(self, names: Iterable[str]) -> None:
        """What each colour stands for, in a row at the foot."""
        self._parts += _named(names, LEFT, HEIGHT - 13)

    def drawn(self) -> str:
        """The file."""
        return "\n".join((*self._parts, "</svg>")) + "\n"

    def _ends(self, x1: float, y1: float, x2: float, y2: float) -> str:
        return f'x1="{self.x(x1):.1f}" y1="{self.y(y1):.1f}" x2="{self.x(x2):.1f}" y2="{self.y(y2):.1f}"'


def _opened(title: str, told: str, height: int, left: int = LEFT) -> list[str]:
    return [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
            ' role="img" aria-labelledby="title told">'
        ),
        f'<title id="title">{escape(title)}</title><desc id="told">{escape(told)}</desc><style>{_STYLE}</style>',
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        _text(left, 24, title, "title"),
        _text(left, 42, told, "small"),
    ]


def _named(names: Iterable[str], left: int, foot: int) -> list[str]:
    parts, x = [], float(left)
    for number, name in enumerate(names):
        parts.append(f'<g class="s{number}"><circle cx="{x + 5:.1f}" cy="{foot - 4}" r="5"/></g>')
        parts.append(_text(x + 16, foot, name, "small"))
        x += 34 + 6.3 * len(name)
    return parts


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _percent(value: float) -> str:
    return f"{value:.0%}" if abs(value * 100 - round(value * 100)) < 1e-9 else f"{value:.1%}"


def reliability(curves: Sequence[Curve], told: str) -> str:
    """Confidence against the share of right verdicts: on the dashed line the one is what the other says."""
    frame = Frame("Reliability of the confidence", told, "confidence", "right", (1.0, 1.0))
    frame.ideal((0.0, 0.0, 1.0, 1.0))
    for number, curve in enumerate(curves):
        frame.bars(number, curve.points, 0.04)
        frame.curve(number, curve.points)
    frame.legend(curve.name for curve in curves)
    return frame.drawn()


def risk_coverage(curves: Sequence[Curve], told: str) -> str:
    """The share of verdicts accepted, surest first, against the share of wrong ones among them."""
    most = max((point.value for curve in curves for point in curve.points), default=0.1)
    frame = Frame("Risk against coverage", told, "claims decided", "wrong among them", (1.0, _round_up(most)))
    for number, curve in enumerate(curves):
        frame.curve(number, curve.points, whiskers=False)
    frame.legend(curve.name for curve in curves)
    return frame.drawn()


def left_out(names: Sequence[str], curves: Sequence[Curve], limits: Sequence[float], told: str) -> str:
    """Of each set that nothing was fitted on, the share of wrong verdicts among those accepted, with its interval."""
    height = 26 * len(names)
    left, width = 190, WIDTH - 190 - RIGHT
    most = _round_up(max((point.high for curve in curves for point in curve.points), default=0.2))
    parts = _opened("Wrong verdicts on sets that nothing was fitted on", told, height + TOP + 70, 16)
    for n in range(6):
        x = left + width * n / 5
        parts.append(
            f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{TOP + height}"/>'
            + _text(x, TOP + height + 18, _percent(most * n / 5), "small", "middle")
        )
    for limit in limits:
        x = left + width * limit / most
        parts.append(f'<line class="ideal" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{TOP + height}"/>')
    for row, name in enumerate(names):
        y = TOP + 26 * row + 13
        parts.append(_text(left - 10, y + 4, name, "small", "end"))
        for number, curve in enumerate(curves):
            for p in (p for p in curve.points if p.at == row and p.count):
                low, at, high = (left + width * value / most for value in (p.low, p.value, p.high))
                here = y + 8 * number - 4 * (len(curves) - 1)
                parts.append(
                    f'<g class="s{number}"><title>{p.value:.3f} [{p.low:.3f}, {p.high:.3f}], n={p.count}</title>'
                    f'<line class="whisker" x1="{low:.1f}" y1="{here}" x2="{high:.1f}" y2="{here}"/>'
                    f'<circle cx="{at:.1f}" cy="{here}" r="3.5"/></g>'
                )
    parts += _named((curve.name for curve in curves), 16, height + TOP + 52)
    return "\n".join((*parts, "</svg>")) + "\n"


def _round_up(value: float) -> float:
    """The least of the usual axis ends that holds a value, 0..1."""
    return next((end for end in (0.05, 0.1, 0.2, 0.25, 0.5) if value <= end), 1.0)
