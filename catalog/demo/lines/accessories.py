"""Shoes, scarves and bags."""

from __future__ import annotations

from catalog.demo.designs import Design, Fabric
from catalog.demo.garments.bags import Bag
from catalog.demo.garments.scarves import Scarf
from catalog.demo.garments.shoes import Shoe
from catalog.demo.lines.chooser import Chooser
from catalog.demo.patterns import Pattern

_LEATHERS = ("black", "brown", "tan", "burgundy", "navy", "olive", "grey")
_TRAINERS = ("white", "navy", "grey", "red", "green", "black", "blue", "mustard")
_HEELS = ("black", "red", "beige", "pink", "navy", "burgundy", "teal", "tan", "mustard", "purple")
_SCARVES = (
    "red",
    "navy",
    "grey",
    "mustard",
    "green",
    "burgundy",
    "pink",
    "teal",
    "cream",
    "purple",
    "rust",
    "turquoise",
)
_BAGS = ("tan", "black", "burgundy", "navy", "olive", "red", "teal", "brown", "cream", "mustard", "pink", "green")


def design_men_shoe(group_id: str, c: Chooser) -> Design:
    """A flat men's shoe."""
    style = c.deal(("oxford", "trainer", "loafer", "chelsea", "derby", "high-top", "monk", "laced boot"))
    sporty = style in ("trainer", "high-top")
    shaft = {"chelsea": 186, "laced boot": 200, "high-top": 168}.get(style, 0) + (
        c.spread(-8, 14) if style in ("chelsea", "laced boot", "high-top") else 0
    )
    cut = Shoe(
        style,
        0 if sporty else c.spread(16, 26),
        "flat",
        c.spread(20, 30) if sporty else c.spread(7, 15),
        0.0 if sporty else c.spread(0.1, 0.8),
        shaft,
        c.chance(0.6),
        c.chance(0.55),
        motif=c.pick(("bars", "wave", "panel", "none")) if sporty else c.pick(("bars", "none")),
        light_sole=sporty,
    )
    material = c.pick(("canvas", "suede", "knit")) if sporty else c.pick(("smooth leather", "smooth leather", "suede"))
    fabric = Fabric(
        material,
        accents=(c.pick(("light", "dark", "white", "tone")) if sporty else c.pick(("tone", "dark")), "light"),
        accent_material="suede" if sporty else material,
        metal=c.pick(("steel", "brass")),
    )
    noun = {
        "oxford": "brogues" if cut.brogue else "Oxford shoes",
        "derby": "Derby shoes",
        "loafer": "penny loafers",
        "monk": "monk-strap shoes",
        "chelsea": "Chelsea boots",
        "laced boot": "lace-up boots",
        "trainer": "trainers",
        "high-top": "high-top trainers",
    }[style]
    return Design(
        group_id,
        "MEN_Shoes",
        "Men",
        cut,
        fabric,
        c.colours(_TRAINERS if sporty else _LEATHERS),
        f"{c.line_name()} {material} {noun}",
        f"Men's {noun} in {material} with a {'rubber' if sporty else 'stacked'} sole.",
        c.price(59, 219),
        standing=True,
    )


def design_women_shoe(group_id: str, c: Chooser) -> Design:
    """A women's shoe, mostly on a heel."""
    style = c.deal(("pump", "ankle boot", "ballerina", "sandal", "knee boot", "mary jane", "pump", "trainer"))
    heel = {
        "pump": c.spread(62, 98),
        "ankle boot": c.spread(48, 84),
        "ballerina": 3,
        "sandal": c.spread(56, 92),
        "knee boot": c.spread(30, 70),
        "mary jane": c.spread(36, 66),
    }.get(style, 0)
    kind = {
        "pump": c.pick(("stiletto", "cone", "block")),
        "ankle boot": c.pick(("block", "cone")),
        "sandal": c.pick(("block", "stiletto", "wedge")),
        "knee boot": "block",
        "mary jane": c.pick(("block", "cone")),
    }.get(style, "flat")
    shaft = {"ankle boot": 190 + c.spread(-20, 24), "knee boot": 370 + c.spread(-20, 30)}.get(style, 0)
    sporty = style == "trainer"
    cut = Shoe(
        style,
        heel,
        kind,
        24 if sporty else 7 if style in ("ankle boot", "knee boot", "mary jane", "sandal") else 5,
        0 if sporty else c.spread(0.15, 1.0),
        shaft,
        c.chance(0.5),
        c.chance(0.5),
        motif=c.pick(("wave", "panel")),
        light_sole=sporty,
    )
    material = (
        "knit"
        if sporty
        else c.pick(("smooth leather", "suede", "satin"))
        if style in ("pump", "sandal")
        else c.pick(("smooth leather", "suede"))
    )
    fabric = Fabric(material, accents=(c.pick(("light", "dark", "tone", "black")), "light"), metal="brass")
    noun = {
        "pump": f"{kind}-heel pumps",
        "ankle boot": "ankle boots",
        "ballerina": "ballerinas",
        "sandal": f"{kind}-heel sandals",
        "knee boot": "knee boots",
        "mary jane": "Mary Janes",
    }.get(style, "knit trainers")
    lead = "" if sporty else f"{material} "
    return Design(
        group_id,
        "WOMEN_Shoes",
        "Women",
        cut,
        fabric,
        c.colours(_HEELS),
        f"{c.line_name()} {lead}{noun}",
        f"Women's {noun} in {material}.",
        c.price(49, 199),
        standing=True,
    )


def design_scarf(group_id: str, c: Chooser) -> Design:
    """A scarf."""
    style = c.deal(("wrapped", "hung", "knotted", "snood"))
    knit = c.chance(0.35) or style == "snood"
    kind = c.deal(("tartan", "stripes", "plain", "herringbone", "houndstooth", "argyle", "hoops", "flowers", "gingham"))
    if style == "snood" and kind == "flowers":
        kind = "zigzag"
    material = "silk" if kind == "flowers" else c.pick(("knit", "rib")) if knit else "wool"
    cut = Scarf(
        style,
        c.spread(70, 104),
        c.spread(410, 490),
        c.spread(480, 536),
        0 if material == "silk" else c.spread(18, 44),
        kind == "plain",
        c.chance(0.5),
    )
    fabric = Fabric(
        material,
        Pattern(kind, c.spread(26, 70), seed=c.pattern_seed()),
        (c.pick(("navy", "light", "cream", "dark", "green")), c.pick(("yellow", "light", "red", "white"))),
    )
    noun = "snood" if style == "snood" else "scarf"
    words = {"plain": "plain", "flowers": "floral", "stripes": "striped", "hoops": "banded"}.get(kind, kind)
    return Design(
        group_id,
        "Scarves",
        "Unisex",
        cut,
        fabric,
        c.colours(_SCARVES),
        f"{c.line_name()} {words} {'ribbed' if material == 'rib' else material} {noun}",
        f"A {words} {noun}, soft and warm, for everybody.",
        c.price(19, 79),
    )


def design_bag(group_id: str, c: Chooser) -> Design:
    """A bag."""
    style = c.deal(("tote", "satchel", "backpack", "bucket", "weekender", "flap", "top handle", "clutch"))
    size = {
        "tote": (126, 220),
        "satchel": (138, 200),
        "backpack": (112, 310),
        "bucket": (104, 220),
        "weekender": (158, 210),
        "flap": (122, 156),
        "top handle": (132, 184),
        "clutch": (152, 170),
    }[style]
    cut = Bag(
        style,
        size[0] * c.spread(0.88, 1.12),
        size[1] * c.spread(0.88, 1.12),
        c.spread(-6, 22) if style in ("tote", "bucket") else c.spread(0, 8),
        c.spread(90, 150),
        c.chance(0.6),
        c.chance(0.35),
        style == "flap" and c.chance(0.7),
        c.pick((1, 2)),
        c.spread(0.42, 0.72),
    )
    material = {
        "backpack": c.pick(("canvas", "nylon", "leather")),
        "weekender": c.pick(("canvas", "leather")),
        "clutch": c.pick(("satin", "smooth leather")),
        "flap": c.pick(("smooth leather", "suede")),
    }.get(style, c.pick(("leather", "suede", "smooth leather", "canvas")))
    kind = c.pick(("plain", "stripes", "leaves", "tartan")) if material == "canvas" else "plain"
    fabric = Fabric(
        material,
        Pattern(kind, c.spread(24, 52), seed=c.pattern_seed()),
        (c.pick(("tan", "dark", "tone", "brown")), "light"),
        accent_material="leather",
        metal=c.pick(("brass", "steel")),
    )
    gender = "Unisex" if style in ("tote", "backpack", "weekender") else "Men" if style == "satchel" else "Women"
    noun = {
        "flap": "shoulder bag",
        "top handle": "handbag",
        "satchel": "satchel",
        "bucket": "bucket bag",
        "tote": "tote bag",
        "weekender": "weekend bag",
    }.get(style, style)
    words = "" if kind == "plain" else {"leaves": "leaf-print ", "stripes": "striped "}.get(kind, f"{kind} ")
    return Design(
        group_id,
        "Bags",
        gender,
        cut,
        fabric,
        c.colours(_BAGS),
        f"{c.line_name()} {words}{material} {noun}",
        f"A {noun} in {material} with {'brass' if fabric.metal == 'brass' else 'steel'} fittings.",
        c.price(39, 189),
        standing=True,
        close_up=c.number % 3 == 2,
    )
