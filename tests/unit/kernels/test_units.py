"""The unit table: exact factors, one canonical unit per dimension, conversions that refuse nonsense."""

from __future__ import annotations

import pytest

from simone.kernels.reference.validation.units import convert, divided, find_unit, raised, same_dimension


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1, "mile", "km", 1.609344),
        (12, "inch", "ft", 1),
        (1, "lb", "g", 453.59237),
        (100, "°C", "°F", 212),
        (0, "°C", "K", 273.15),
        (-40, "°F", "°C", -40),
        (2, "year", "month", 24),
        (90, "min", "h", 1.5),
        (1, "ha", "m²", 10000),
        (1, "GiB", "B", 2**30),
        (1, "MB", "kB", 1000),
        (1, "kWh", "MJ", 3.6),
        (1, "atm", "hPa", 1013.25),
        (250, "bps", "pp", 2.5),
    ],
)
def test_conversions_follow_the_standards(value: float, source: str, target: str, expected: float) -> None:
    assert convert(value, source, target) == pytest.approx(expected, rel=1e-11)


def test_a_conversion_between_different_things_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'kg' cannot be converted to 'm'"):
        convert(1, "kg", "m")


def test_symbols_keep_their_case_and_names_do_not() -> None:
    milli, mega = find_unit("mW"), find_unit("MW")
    assert milli is not None
    assert mega is not None
    assert (milli.factor, mega.factor) == (1e-3, 1e6)
    assert find_unit("Kilometres") == find_unit("km")


def test_currencies_are_not_convertible_into_each_other() -> None:
    assert not same_dimension("USD", "EUR")
    assert same_dimension("dollars", "USD")
    assert not same_dimension("unknown", "m")
    assert same_dimension("unknown", "unknown")


def test_every_canonical_unit_is_known_and_converts_to_itself() -> None:
    for name in ("m", "kg", "s", "m²", "m³", "m/s", "K", "°", "B", "J", "W", "Hz", "Pa", "N", "V", "A", "Ω", "%", "pp"):
        unit = find_unit(name)
        assert unit is not None, name
        assert (unit.canonical, unit.factor, unit.offset) == (name, 1.0, 0.0)


def test_units_combine_into_powers_and_quotients() -> None:
    kilometre, hour, celsius = find_unit("km"), find_unit("h"), find_unit("°C")
    assert kilometre is not None
    assert hour is not None
    assert celsius is not None
    area, speed = raised(kilometre, 2), divided(kilometre, hour)
    assert area is not None
    assert speed is not None
    assert (area.canonical, area.factor) == ("m²", 1e6)
    assert (speed.canonical, speed.dimension) == ("m/s", "speed")
    assert raised(hour, 2) is None
    assert divided(celsius, hour) is None
