"""Units of measurement and currencies: their names in English, dimension and exact factor to the canonical unit.

Not for finding quantities in text: `quantities` does that.

Source: BIPM, The SI Brochure, 9th edition (2019); NIST Special Publication 811 (2008), appendix B; IEC 80000-13 for
data sizes (KB = 1000 bytes, KiB = 1024); ISO 4217 for currency codes.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit: canonical value = value x factor + offset, in `canonical`, the reference unit of `dimension`."""

    canonical: str
    dimension: str
    factor: float = 1.0
    offset: float = 0.0


PERCENT = Unit("%", "percent")
PERCENTAGE_POINT = Unit("pp", "percentage point")

# dimension, canonical unit, then lines of: factor [offset], symbols (case matters), names (case does not).
# A leading * on a symbol or name makes all its SI-prefixed forms.
_TABLE = """
length m
1 | *m | *metre *meter *metres *meters
1e-6 | | micron microns
0.0254 | in. inch\" | inch inches
0.3048 | ft ft. | foot feet
0.9144 | yd yd. | yard yards
1609.344 | mi mi. | mile miles
1852 | nmi | nautical-mile nautical-miles
201.168 | | furlong furlongs
1.8288 | | fathom fathoms
1e-10 | Å | angstrom angstroms
149597870700 | au AU | astronomical-unit astronomical-units
9460730472580800 | ly | light-year light-years lightyear lightyears
3.0856775814913673e16 | | parsec parsecs

mass kg
0.001 | *g | *gram *grams *gramme *grammes
1000 | t | tonne tonnes metric-ton metric-tons
0.45359237 | lb lbs lb. lbs. | pound pounds
0.028349523125 | oz oz. | ounce ounces
6.35029318 | | stone
907.18474 | | ton tons short-ton short-tons
1016.0469088 | | long-ton long-tons
0.0002 | | carat carats

time s
1 | *s sec secs sec. | *second *seconds
60 | min mins min. | minute minutes
3600 | h hr hrs hr. | hour hours
86400 | | day days
604800 | wk wks | week weeks
1209600 | | fortnight fortnights

calendar month
1 | mo mos | month months

calendar year
1 | yr yrs yr. yrs. | year years
10 | | decade decades
100 | | century centuries
1000 | | millennium millennia millenniums

area m²
10000 | ha | hectare hectares
4046.8564224 | ac | acre acres

volume m³
0.001 | *L *l | *litre *liter *litres *liters
1e-6 | cc ccm |
0.003785411784 | gal gal. | gallon gallons us-gallon us-gallons
0.00454609 | | imperial-gallon imperial-gallons uk-gallon uk-gallons
0.000946352946 | qt | quart quarts
0.000473176473 | | pint pints
0.0002365882365 | | cup cups
0.0000295735295625 | fl-oz | fluid-ounce fluid-ounces fluidounce fluidounces
0.00001478676478125 | tbsp | tablespoon tablespoons
0.00000492892159375 | tsp | teaspoon teaspoons
0.158987294928 | bbl | barrel barrels
0.03523907016688 | bu | bushel bushels

speed m/s
0.44704 | mph |
0.2777777777777778 | kph kmh kmph |
0.5144444444444445 | kn kt kts | knot knots

temperature K
1 | K | kelvin kelvins
1 273.15 | °C ℃ C | celsius celcius centigrade degree-celsius degrees-celsius degrees-centigrade degrees-c deg-c
0.5555555555555556 255.3722222222222 | °F ℉ F | fahrenheit degree-fahrenheit degrees-fahrenheit degrees-f deg-f

angle °
1 | ° deg | degree degrees
57.29577951308232 | rad | radian radians
0.0166666666666667 | | arcminute arcminutes
0.0002777777777777778 | | arcsecond arcseconds

data B
1 | *B | *byte *bytes
0.125 | | *bit *bits
125 | kbit Kbit Kb kb |
125000 | Mbit Mb |
125000000 | Gbit Gb |
1000 | KB |
1024 | KiB | kibibyte kibibytes
1048576 | MiB | mebibyte mebibytes
1073741824 | GiB | gibibyte gibibytes
1099511627776 | TiB | tebibyte tebibytes

data/time B/s
125 | kbps Kbps |
125000 | Mbps mbps |
125000000 | Gbps gbps |

energy J
1 | *J | *joule *joules
3600 | *Wh | *watt-hour *watt-hours *watthour *watthours
4.184 | cal | calorie calories
4184 | kcal Cal | kilocalorie kilocalories
1055.05585262 | BTU Btu |
1.602176634e-19 | *eV | *electronvolt *electronvolts electron-volt electron-volts
4.184e9 | | ton-of-tnt tons-of-tnt

power W
1 | *W | *watt *watts
745.6998715822702 | hp bhp | horsepower

frequency Hz
1 | *Hz | *hertz
0.0166666666666667 | rpm |

pressure Pa
1 | *Pa | *pascal *pascals
100000 | *bar | *bar *bars
101325 | atm | atmosphere atmospheres
6894.757293168361 | psi |
133.322387415 | mmHg |

force N
1 | *N | *newton *newtons

voltage V
1 | *V | *volt *volts

current A
1 | *A | *ampere *amperes *amp *amps

resistance Ω
1 | *Ω | *ohm *ohms

percent %
1 | % pct pct. | percent per-cent percents
0.1 | ‰ | permille per-mille

percentage-point pp
1 | pp | percentage-point percentage-points percent-point percent-points
0.01 | bps | basis-point basis-points
"""

_PREFIX_SYMBOLS = {
    "P": 1e15, "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "h": 1e2, "da": 10.0, "d": 0.1, "c": 0.01, "m": 1e-3, "µ": 1e-6,
    "μ": 1e-6, "n": 1e-9, "p": 1e-12,
}  # fmt: skip
_PREFIX_NAMES = {
    "peta": 1e15, "tera": 1e12, "giga": 1e9, "mega": 1e6, "kilo": 1e3, "hecto": 1e2, "deca": 10.0, "deci": 0.1,
    "centi": 0.01, "milli": 1e-3, "micro": 1e-6, "nano": 1e-9, "pico": 1e-12,
}  # fmt: skip

_CURRENCIES = """
USD $ us$ usd dollar us-dollar american-dollar united-states-dollar u.s.-dollar buck
EUR € eur euro
GBP £ gbp pound-sterling british-pound uk-pound quid
JPY ¥ jpy yen japanese-yen
CNY cny rmb yuan renminbi chinese-yuan cn¥
INR ₹ inr rupee indian-rupee rs
CHF chf swiss-franc
CAD ca$ c$ cad canadian-dollar
AUD a$ au$ aud australian-dollar
NZD nz$ nzd new-zealand-dollar
HKD hk$ hkd hong-kong-dollar
SGD s$ sgd singapore-dollar
TWD nt$ twd taiwan-dollar new-taiwan-dollar
SEK sek swedish-krona swedish-kronor krona kronor
NOK nok norwegian-krone norwegian-kroner
DKK dkk danish-krone danish-kroner
ISK isk icelandic-krona
RUB ₽ rub ruble rouble russian-ruble
KRW ₩ krw south-korean-won korean-won
BRL r$ brl brazilian-real reais
MXN mx$ mxn mexican-peso
ARS ars argentine-peso argentinian-peso
TRY ₺ turkish-lira
ILS ₪ ils shekel israeli-shekel
THB ฿ thb baht thai-baht
PLN pln zloty polish-zloty zł
CZK czk czech-koruna
HUF huf forint hungarian-forint
UAH ₴ uah hryvnia
ZAR zar rand south-african-rand
VND ₫ vnd vietnamese-dong
PHP ₱ philippine-peso
IDR idr rupiah indonesian-rupiah
MYR myr ringgit malaysian-ringgit
PKR pkr pakistani-rupee
SAR sar saudi-riyal
AED aed dirham uae-dirham
EGP egp egyptian-pound
NGN ₦ ngn naira nigerian-naira
KWD kwd kuwaiti-dinar
FIM finnish-markka markka finnish-mark
DEM deutsche-mark deutschmark german-mark deutschemark
FRF french-franc
ITL italian-lira
ESP peseta spanish-peseta
BTC ₿ btc bitcoin
"""


@cache
def symbols_and_names() -> tuple[dict[str, Unit], dict[str, Unit]]:
    """Every unit by symbol (case matters) and by lower-case name."""
    # Built at first use because most of the start-up of the command line never meets a unit.
    symbols: dict[str, Unit] = {}
    names: dict[str, Unit] = {}
    for block in _TABLE.strip().split("\n\n"):
        lines = block.splitlines()
        dimension, canonical = lines[0].split()
        dimension = dimension.replace("-", " ")
        symbols.setdefault(canonical, Unit(canonical, dimension))
        for line in lines[1:]:
            amount, short, long = (part.strip() for part in line.split("|"))
            factor, offset = [*map(float, amount.split()), 0.0][:2]
            for prefixes, forms, target in ((_PREFIX_SYMBOLS, short, symbols), (_PREFIX_NAMES, long, names)):
                for form in forms.split():
                    word = form.lstrip("*").replace("-", " ") if form != "*" else form
                    target[word] = Unit(canonical, dimension, factor, offset)
                    if form[0] == "*":
                        for prefix, power in prefixes.items():
                            target.setdefault(
                                prefix + word, Unit(canonical, dimension, float(f"{factor * power:.15g}"), offset)
                            )
    for line in _CURRENCIES.strip().splitlines():
        code = line.split()[0]
        for form in line.split()[1:]:
            name = form.replace("-", " ")
            names[name] = Unit(code, "money " + code)
            if name.isascii() and name[-1].isalpha() and len(name) > 3:
                names[name + "s"] = names[name]
        symbols[code] = Unit(code, "money " + code)
    return symbols, names


def find_unit(name: str) -> Unit | None:
    """The unit with that symbol ("km", case matters) or name ("Kilometres", case does not); None if unknown."""
    symbols, names = symbols_and_names()
    return symbols.get(name) or names.get(name.lower())


def raised(unit: Unit, power: int) -> Unit | None:
    """Area (2) or volume (3) of a unit of length; None for any other unit."""
    if unit.dimension != "length":
        return None
    canonical, dimension = {2: ("m²", "area"), 3: ("m³", "volume")}[power]
    return Unit(canonical, dimension, float(f"{unit.factor**power:.15g}"))


def divided(unit: Unit, by: Unit) -> Unit | None:
    """`unit` per `by` ("km" per "h"); None where that is no quantity (temperatures with a shifted zero)."""
    if unit.offset or by.offset or by.dimension in {"percent", "angle"}:
        return None
    dimension = "speed" if (unit.dimension, by.dimension) == ("length", "time") else f"{unit.dimension}/{by.dimension}"
    return Unit(f"{unit.canonical}/{by.canonical}", dimension, unit.factor / by.factor)


def canonical_value(value: float, unit: Unit) -> float:
    """`value` in the canonical unit, rounded to 12 significant digits so that equal measures compare equal."""
    if unit.factor == 1.0 and not unit.offset:
        return value
    return float(f"{value * unit.factor + unit.offset:.12g}")


_MONTHS = {"month": 1.0, "year": 12.0}


def same_dimension(a: str, b: str) -> bool:
    """Whether two units measure the same thing and can be converted: "km" and "mile", "month" and "year".

    Unknown units and "" have only themselves. Different currencies are different dimensions.
    """
    if a == b:
        return True
    first, second = find_unit(a), find_unit(b)
    return first is not None and second is not None and first.dimension == second.dimension


def convert(value: float, source: str, target: str) -> float:
    """`value` of unit `source` expressed in unit `target`.

    Raises: ValueError when the two do not measure the same thing.
    """
    if source == target:
        return value
    first, second = find_unit(source), find_unit(target)
    if first is None or second is None or first.dimension != second.dimension:
        raise ValueError(f"{source!r} cannot be converted to {target!r}: they do not measure the same thing")
    canonical = value * first.factor + first.offset
    canonical *= _MONTHS.get(first.canonical, 1.0) / _MONTHS.get(second.canonical, 1.0)
    return float(f"{(canonical - second.offset) / second.factor:.12g}")
