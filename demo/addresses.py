"""Addresses in the United States whose words were labelled by hand, as tagged sentences."""

import tarfile
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from packages import Package, download, member, write

LABELLED = "usaddress-0.5.16/training/labeled.xml"
USADDRESS = Package(
    requirement="usaddress==0.5.16",
    file="usaddress-0.5.16.tar.gz",
    sha256="f7e614e2489c159cf85be1b6f86edbfaf329dbeedef4d002a025757afd1ec6c6",
    # The wheel has no texts.
    options=("--no-binary", ":all:"),
    licence="MIT, (c) Atlanta Journal Constitution",
)
# The parts that the package tells apart, by the entity that they belong to. Other words, such as
# the `and` of an intersection, are none.
PARTS = {
    "number": ("AddressNumber", "AddressNumberPrefix", "AddressNumberSuffix"),
    "street": (
        "StreetName",
        "StreetNamePreDirectional",
        "StreetNamePreModifier",
        "StreetNamePreType",
        "StreetNamePostDirectional",
        "StreetNamePostModifier",
        "StreetNamePostType",
    ),
    "unit": (
        "OccupancyType",
        "OccupancyIdentifier",
        "SubaddressType",
        "SubaddressIdentifier",
    ),
    "box": ("USPSBoxType", "USPSBoxID", "USPSBoxGroupType", "USPSBoxGroupID"),
    "building": ("BuildingName", "LandmarkName"),
    "recipient": ("Recipient",),
    "place": ("PlaceName",),
    "state": ("StateName",),
    "postcode": ("ZipCode", "ZipPlus4"),
    "country": ("CountryName",),
}
ENTITIES = {part: entity for entity, parts in PARTS.items() for part in parts}


def fetch_addresses(cache: Path, bucket: Path) -> None:
    """Write the addresses into the bucket."""
    archive = download(USADDRESS, cache)
    print(f"  {USADDRESS.licence}")
    with tarfile.open(archive, "r:gz") as packed:
        addresses = read_addresses(member(packed, LABELLED))
    print(f"addresses: {len(addresses)}, {sum(map(len, addresses))} words")
    write(bucket / "addresses" / "labelled" / "addresses.conll", as_sentences(addresses).encode())


def read_addresses(text: bytes) -> list[list[tuple[str, str]]]:
    """Return the words of each address with the entity of each, empty for none."""
    # The bytes are those whose hash is pinned above.
    root = ET.fromstring(text)  # noqa: S314
    return [
        [
            (word, ENTITIES.get(part.tag, ""))
            for part in address
            for word in (part.text or "").split()
        ]
        for address in root
    ]


def as_sentences(addresses: Iterable[list[tuple[str, str]]]) -> str:
    """Return the addresses as word<TAB>tag, each run of words of one entity begun by B-."""
    blocks = []
    for address in addresses:
        before = ""
        lines = []
        for word, entity in address:
            position = "I" if entity == before else "B"
            lines.append(f"{word}\t{position}-{entity}\n" if entity else f"{word}\tO\n")
            before = entity
        blocks.append("".join(lines))
    return "\n".join(blocks)
