"""Jurisdictions as publishers and callers write them, parsed to codes: ISO 3166-1 alpha-2, ISO 3166-2, or `EU`.

Codes and names are those of the iso-codes project through pycountry; the tables here add other common spellings.
"""

import gettext
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NewType

import msgspec
from msgspec import Struct

from adapters.vocabulary.spelling import MAX_NAME_LENGTH, fold

if TYPE_CHECKING:
    from pycountry.db import Country

Jurisdiction = NewType("Jurisdiction", str)
"""A code: ISO 3166-1 alpha-2 (`KR`), ISO 3166-2 (`GB-ENG`) or `EU`."""

EU = Jurisdiction("EU")

CACHE_SIZE = 4096
"""How many spellings are cached. Limited, because callers choose them."""

# EU institutions write UK and EL for GB and GR (Interinstitutional Style Guide, 7.1.1). XK is user-assigned in
# ISO 3166-1 and in use for Kosovo, as are the three-letter codes XKX and XKK.
OTHER_CODES = {"UK": "GB", "EL": "GR", "XK": "XK", "XKX": "XK", "XKK": "XK", "EU": "EU"}

OTHER_NAMES = {
    "European Union": "EU",
    "유럽연합": "EU",
    "Kosovo": "XK",
    "코소보": "XK",
    "한국": "KR",
    "남한": "KR",
    "Republic of Korea": "KR",
    "Korea (South)": "KR",
    "Korea, South": "KR",
    "북한": "KP",
    "Korea, North": "KP",
    "Great Britain": "GB",
    "Britain": "GB",
    "The United Kingdom": "GB",
    "United States of America": "US",
    "The United States": "US",
    "U.S.": "US",
    "U.S.A.": "US",
    "U.K.": "GB",
    "Russia": "RU",
    "Turkey": "TR",
    "Türkiye": "TR",
    "Czech Republic": "CZ",
    "Ivory Coast": "CI",
    "Cape Verde": "CV",
    "Swaziland": "SZ",
    "Macedonia": "MK",
    "Burma": "MM",
    "Brunei": "BN",
    "Syria": "SY",
    "Laos": "LA",
    "Hong Kong SAR": "HK",
    "Macau": "MO",
    "East Timor": "TL",
    "The Netherlands": "NL",
    "Holland": "NL",
    "The Bahamas": "BS",
    "The Gambia": "GM",
    "Palestine": "PS",
    "Vatican City": "VA",
    "Aland Islands": "AX",
    "Antigua": "AG",
    "Curacao": "CW",
    "Falkland Islands": "FK",
    "Reunion": "RE",
    "Saint Barthelemy": "BL",
    "Saint Helena": "SH",
    "Saint Martin": "MF",
    "Sint Maarten": "SX",
    "St. Lucia": "LC",
    "US Virgin Islands": "VI",
    "Democratic Republic of the Congo": "CD",
    "Republic of the Congo": "CG",
    "England": "GB-ENG",
    "Wales": "GB-WLS",
    "Scotland": "GB-SCT",
    "Northern Ireland": "GB-NIR",
}

KOREAN_PROVINCES = {
    "KR-11": ("서울특별시", "서울", "Seoul"),
    "KR-26": ("부산광역시", "부산", "Busan"),
    "KR-27": ("대구광역시", "대구", "Daegu"),
    "KR-28": ("인천광역시", "인천", "Incheon"),
    "KR-29": ("광주광역시", "광주", "Gwangju"),
    "KR-30": ("대전광역시", "대전", "Daejeon"),
    "KR-31": ("울산광역시", "울산", "Ulsan"),
    "KR-41": ("경기도", "경기", "Gyeonggi", "Gyeonggi-do"),
    "KR-42": ("강원특별자치도", "강원도", "강원", "Gangwon", "Gangwon-do", "Gangwon State"),
    "KR-43": ("충청북도", "충북", "Chungbuk", "Chungcheongbuk-do", "North Chungcheong"),
    "KR-44": ("충청남도", "충남", "Chungnam", "Chungcheongnam-do", "South Chungcheong"),
    "KR-45": ("전북특별자치도", "전라북도", "전북", "Jeonbuk", "Jeollabuk-do", "Jeonbuk State", "North Jeolla"),
    "KR-46": ("전라남도", "전남", "Jeonnam", "Jeollanam-do", "South Jeolla"),
    "KR-47": ("경상북도", "경북", "Gyeongbuk", "Gyeongsangbuk-do", "North Gyeongsang"),
    "KR-48": ("경상남도", "경남", "Gyeongnam", "Gyeongsangnam-do", "South Gyeongsang"),
    "KR-49": ("제주특별자치도", "제주도", "제주", "Jeju", "Jeju-do"),
    "KR-50": ("세종특별자치시", "세종시", "세종", "Sejong"),
}
"""The cities and provinces by code: their present name first. 강원 and 전북 are 특별자치도 since 2023 and 2024."""


class UnknownJurisdiction(ValueError):
    """There is no jurisdiction of that code or name. The message quotes at most 40 characters of it."""

    def __init__(self, text: str) -> None:
        # Escapes would lengthen the quotation, so a character that is not printable becomes a question mark.
        quotation = "".join(char if char.isprintable() else "?" for char in text[:40])
        super().__init__(f"there is no jurisdiction '{quotation}'; write an ISO 3166 code (KR, KOR, GB-ENG) or EU")


@lru_cache(maxsize=CACHE_SIZE)
def parse_jurisdiction(text: str) -> Jurisdiction:
    """The code that `text` means: a code (alpha-2, alpha-3, ISO 3166-2, `EU`), or an English or Korean name.

    Names are those of countries, of the United Kingdom's nations and of Korea's cities and provinces.

    Case, width and white space do not matter. `UK` and `EL`, which EU institutions use, mean GB and GR. Raises
    UnknownJurisdiction.
    """
    if len(text) > MAX_NAME_LENGTH:
        raise UnknownJurisdiction(text)
    folded = fold(text)
    code = folded.upper()
    if code in OTHER_CODES:
        return Jurisdiction(OTHER_CODES[code])
    if code in _countries():
        return Jurisdiction(_countries()[code].alpha_2)
    if "-" in code and code in _subdivisions():
        return Jurisdiction(code)
    try:
        return _names()[folded]
    except KeyError:
        raise UnknownJurisdiction(text) from None


@lru_cache(maxsize=CACHE_SIZE)
def enclosing(code: str) -> tuple[Jurisdiction, ...]:
    """The code itself and the codes of what contains it, innermost first: `GB-LND` → `GB-LND`, `GB-ENG`, `GB`.

    The EU encloses nothing here: its member states depend on the day. Raises UnknownJurisdiction where `code`
    is not one that `jurisdiction` returns.
    """
    own = _canonical(code)
    if "-" not in own:
        return (own,)
    return (own, *enclosing(_subdivisions()[own]))


def _canonical(code: str) -> Jurisdiction:
    own = parse_jurisdiction(code)
    if own != code:
        raise UnknownJurisdiction(code)
    return own


# pycountry is imported only when it is used: it and its tables take longer to load than the rest of a cold start.


@cache
def _countries() -> dict[str, "Country"]:
    """Countries by alpha-2 and by alpha-3 code."""
    import pycountry

    return {code: country for country in pycountry.countries for code in (country.alpha_2, country.alpha_3)}


class _Subdivision(Struct):
    """A province, a state or the like, as iso-codes lists it. Some give the parent's code without the country's."""

    code: str
    parent: str | None = None

    def enclosing_code(self) -> str:
        country = self.code.partition("-")[0]
        if self.parent is None:
            return country
        return self.parent if self.parent.startswith(f"{country}-") else f"{country}-{self.parent}"


class _SubdivisionFile(Struct, rename={"subdivisions": "3166-2"}):
    subdivisions: tuple[_Subdivision, ...]


@cache
def _subdivisions() -> dict[str, str]:
    """The code of what contains each subdivision, by ISO 3166-2 code.

    Read from pycountry's file: its own objects, with an index of each column, take twenty times as long to make.
    """
    import pycountry

    content = Path(pycountry.DATABASE_DIR, "iso3166-2.json").read_bytes()
    file = msgspec.json.decode(content, type=_SubdivisionFile)
    return {subdivision.code: subdivision.enclosing_code() for subdivision in file.subdivisions}


@cache
def _names() -> dict[str, Jurisdiction]:
    """Countries, and the parts of some of them, by folded English and Korean name."""
    import pycountry

    korean = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["ko"])
    names: dict[str, Jurisdiction] = {}
    for country in pycountry.countries:
        for kind in ("name", "official_name", "common_name"):
            if name := getattr(country, kind, None):
                names[fold(name)] = names[fold(korean.gettext(name))] = Jurisdiction(country.alpha_2)
    names.update((fold(name), Jurisdiction(code)) for name, code in OTHER_NAMES.items())
    names.update((fold(name), Jurisdiction(code)) for code, texts in KOREAN_PROVINCES.items() for name in texts)
    return names
