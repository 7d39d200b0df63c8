"""Hooded jackets and hoodies."""

from __future__ import annotations

from catalog.demo.designs import Design, Fabric
from catalog.demo.fabrics import Quilt
from catalog.demo.garments.hoods import Hood
from catalog.demo.garments.torso import Torso
from catalog.demo.lines.chooser import Chooser
from catalog.demo.lines.words import name_cloth, name_pockets
from catalog.demo.patterns import Pattern

_MEN_HOODS = (
    "grey",
    "navy",
    "black",
    "olive",
    "red",
    "blue",
    "mustard",
    "charcoal",
    "green",
    "maroon",
    "orange",
    "teal",
)
_WOMEN_HOODS = (
    "pink",
    "white",
    "lavender",
    "grey",
    "teal",
    "yellow",
    "red",
    "black",
    "turquoise",
    "khaki",
    "cream",
    "rust",
    "purple",
)


def design_men_hood(group_id: str, c: Chooser) -> Design:
    """A boxy hoodie, parka, puffer or anorak."""
    style = c.deal(("hoodie", "zip hoodie", "parka", "puffer jacket", "anorak", "fleece jacket", "rain jacket"))
    sweat = style in ("hoodie", "zip hoodie", "fleece jacket")
    length = {"parka": 500, "puffer jacket": 425, "rain jacket": 470, "anorak": 440}.get(style, 415) + c.spread(-10, 24)
    torso = Torso(
        neck=34,
        shoulder=c.spread(98, 108),
        chest=c.spread(96, 104),
        waist=96,
        hip=97,
        hem=92 if sweat else c.spread(96, 106),
        top=112,
        armpit=226,
        waist_y=318,
        hip_y=min(380, length - 30),
        length=length,
        slope=c.spread(22, 32),
        sleeve=c.spread(262, 290),
        arm=c.spread(52, 66),
        cuff=38 if sweat else c.spread(40, 50),
        spread=c.spread(38, 66),
    )
    cut = Hood(
        torso,
        1,
        closure={
            "hoodie": "pullover",
            "anorak": "half zip",
            "parka": "placket",
            "fleece jacket": c.pick(("half zip", "zip")),
        }.get(style, "zip"),
        hood=c.spread(53, 64),
        fur=style == "parka" and c.chance(0.6),
        pocket={
            "parka": "flap",
            "puffer jacket": "zip",
            "fleece jacket": "welt",
            "rain jacket": "flap",
            "anorak": "kangaroo",
        }.get(style, "kangaroo"),
        ribbed=sweat,
        cord=style in ("hoodie", "zip hoodie", "anorak", "rain jacket"),
        waist_cord=style == "rain jacket",
        block=c.pick(("none", "yoke", "sleeves", "none", "band", "hood", "lower")),
        emblem=c.deal(("disc", "bars", "none", "chevron", "letter"), 7) if style == "hoodie" else "none",
    )
    fabric = _hood_fabric(style, c, ("cream", "dark", "tone", "white", "light", "mustard"))
    name = f"{c.line_name()} {name_cloth(fabric)} {style}"
    text = f"A roomy {style} with a deep hood and {name_pockets(cut.pocket)}."
    return Design(
        group_id,
        "MEN_Hood",
        "Men",
        cut,
        fabric,
        c.colours(_MEN_HOODS),
        name,
        text,
        c.price(45, 199),
        close_up=c.number % 4 == 3,
    )


def design_women_hood(group_id: str, c: Chooser) -> Design:
    """A hoodie, parka or puffer with a drawn-in waist, short or flared."""
    style = c.deal(
        (
            "cropped hoodie",
            "waisted parka",
            "puffer jacket",
            "hoodie",
            "belted puffer coat",
            "rain cape",
            "teddy jacket",
        )
    )
    cropped, long = style == "cropped hoodie", style in ("belted puffer coat", "waisted parka", "rain cape")
    length = (350 if cropped else 500 if long else 410) + c.spread(-12, 34)
    waist = {"cropped hoodie": 74, "waisted parka": 64, "belted puffer coat": 64, "rain cape": 76}.get(
        style, 70
    ) + c.spread(-2, 6)
    torso = Torso(
        neck=29,
        shoulder=c.spread(78, 86),
        chest=80,
        waist=waist,
        hip=waist + (2 if cropped else 20),
        hem=72 if cropped else 126 if style == "rain cape" else waist + c.spread(22, 40),
        top=112,
        armpit=214,
        waist_y=min(300, length - 60),
        hip_y=min(372, length - 24),
        length=length,
        slope=c.spread(26, 34),
        sleeve=c.spread(246, 272),
        arm=c.spread(44, 58),
        cuff=34,
        spread=c.spread(36, 60),
        puff=5 if cropped else 0,
    )
    cut = Hood(
        torso,
        -1,
        closure={
            "hoodie": c.pick(("pullover", "zip")),
            "cropped hoodie": "pullover",
            "waisted parka": "placket",
            "rain cape": "placket",
        }.get(style, "zip"),
        hood=c.spread(52, 62),
        fur=style in ("waisted parka", "belted puffer coat") and c.chance(0.7),
        pocket={
            "cropped hoodie": "none",
            "hoodie": "kangaroo",
            "waisted parka": "flap",
            "puffer jacket": "zip",
            "teddy jacket": "welt",
            "rain cape": "welt",
        }.get(style, "zip"),
        ribbed=style in ("cropped hoodie", "hoodie"),
        cord=style in ("cropped hoodie", "hoodie", "rain cape"),
        waist_cord=style in ("waisted parka", "belted puffer coat", "teddy jacket"),
        block=c.pick(("none", "none", "yoke", "sleeves", "hood", "band", "lower")) if not _is_plain(style) else "none",
        emblem=c.deal(("none", "chevron", "disc", "none", "bars"), 7) if style == "cropped hoodie" else "none",
    )
    fabric = _hood_fabric(style, c, ("cream", "light", "tone", "white", "dark", "pink"))
    name = f"{c.line_name()} {name_cloth(fabric)} {style}"
    text = f"A {style} with a shaped waist, a soft hood and {name_pockets(cut.pocket)}."
    return Design(
        group_id,
        "WOMEN_Hood",
        "Women",
        cut,
        fabric,
        c.colours(_WOMEN_HOODS),
        name,
        text,
        c.price(39, 179),
        close_up=c.number % 4 == 3,
    )


def _is_plain(style: str) -> bool:
    """Whether a style lives from its cloth alone and bears no colour blocks."""
    return style in ("waisted parka", "teddy jacket")


def _hood_fabric(style: str, c: Chooser, accents: tuple[str, ...]) -> Fabric:
    puffer = "puffer" in style
    quilt = Quilt(c.pick(("channels", "channels", "diamonds", "squares")), c.spread(26, 48)) if puffer else None
    material = (
        "nylon"
        if puffer or style in ("anorak", "rain jacket", "rain cape")
        else "sherpa"
        if style in ("fleece jacket", "teddy jacket")
        else "cotton"
        if "parka" in style
        else "fleece"
    )
    kinds = {
        "fleece": ("plain", "melange", "hoops", "camouflage", "stars"),
        "nylon": ("plain", "plain", "dots", "leaves"),
    }.get(material, ("plain",))
    kind = c.pick(kinds) if not quilt else "plain"
    return Fabric(
        material,
        Pattern(kind, c.spread(20, 54), seed=c.pattern_seed()),
        (c.pick(accents), "light"),
        quilt,
        "fleece" if material == "fleece" else None,
        buttons="metal",
    )
