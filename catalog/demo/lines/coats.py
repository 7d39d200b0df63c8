"""Coats."""

from __future__ import annotations

from catalog.demo.designs import Design, Fabric
from catalog.demo.fabrics import Quilt
from catalog.demo.garments.coats import Coat
from catalog.demo.garments.torso import Torso
from catalog.demo.lines.chooser import Chooser
from catalog.demo.lines.words import name_cloth, name_pockets
from catalog.demo.patterns import Pattern

_MEN_COATS = ("navy", "charcoal", "black", "grey", "brown", "olive", "tan", "beige", "burgundy", "khaki", "green")
_WOMEN_COATS = (
    "red",
    "tan",
    "cream",
    "black",
    "pink",
    "teal",
    "burgundy",
    "beige",
    "mustard",
    "grey",
    "purple",
    "navy",
    "lavender",
    "rust",
)


def design_men_coat(group_id: str, c: Chooser) -> Design:
    """A straight, broad-shouldered coat."""
    style = c.deal(("overcoat", "pea coat", "car coat", "trench coat", "duffle coat", "quilted coat", "topcoat"))
    length = {"pea coat": 400, "car coat": 430, "quilted coat": 415, "duffle coat": 455, "trench coat": 540}.get(
        style, 505
    ) + c.spread(-24, 36)
    torso = _men_torso(c, length)
    double = style in ("pea coat", "trench coat") or (style == "overcoat" and c.chance(0.4))
    cut = Coat(
        torso,
        collar={"car coat": "turn-down", "quilted coat": "stand", "duffle coat": "turn-down"}.get(
            style, "peak" if double and style != "trench coat" else "notch"
        ),
        lapel=c.spread(26, 50),
        break_y=c.spread(180, 250) if style in ("overcoat", "topcoat", "pea coat", "trench coat") else torso.top + 30,
        closure={"quilted coat": "zip", "duffle coat": "toggle", "car coat": "hidden"}.get(
            style, "double" if double else "single"
        ),
        buttons=4 if style in ("pea coat", "duffle coat") else c.pick((2, 3)) + (1 if double else 0),
        pocket={"trench coat": "welt", "quilted coat": "zip", "duffle coat": "patch", "pea coat": "welt"}.get(
            style, c.pick(("flap", "patch", "welt"))
        ),
        belt="buckle" if style == "trench coat" else "none",
        cuff="strap" if style == "trench coat" else c.pick(("plain", "button", "turn-up")),
        epaulettes=style == "trench coat",
        storm_flap=style == "trench coat",
        chest_pocket=style in ("overcoat", "topcoat"),
    )
    quilt = Quilt(c.pick(("diamonds", "channels", "squares")), c.spread(20, 38)) if style == "quilted coat" else None
    pattern = (
        Pattern()
        if quilt or style in ("trench coat", "duffle coat")
        else Pattern(
            c.deal(("plain", "herringbone", "plain", "windowpane", "tartan", "glen check", "houndstooth"), 3),
            c.spread(16, 44),
            seed=c.pattern_seed(),
        )
    )
    material = "nylon" if quilt else "cotton" if style == "trench coat" else c.pick(("wool", "tweed", "wool", "boucle"))
    fabric = Fabric(
        material,
        pattern,
        ("tone", "light"),
        quilt,
        metal=c.pick(("steel", "brass")),
        buttons="horn" if style == "duffle coat" else c.pick(("dark", "horn", "tone")),
    )
    front = (
        ""
        if style in ("trench coat", "pea coat", "duffle coat", "quilted coat")
        else "double-breasted "
        if double
        else "single-breasted "
    )
    name = f"{c.line_name()} {front}{name_cloth(fabric)} {'coat' if quilt else style}"
    text = f"A straight {style} in {material}, cut for broad shoulders, with {name_pockets(cut.pocket)}."
    return Design(
        group_id,
        "MEN_Coats",
        "Men",
        cut,
        fabric,
        c.colours(_MEN_COATS),
        name,
        text,
        c.price(149, 389),
        close_up=c.number % 4 == 3,
    )


def design_women_coat(group_id: str, c: Chooser) -> Design:
    """A coat cut in at the waist, with a flared hem."""
    style = c.deal(
        (
            "wrap coat",
            "princess coat",
            "trench coat",
            "swing coat",
            "fur-collar coat",
            "funnel coat",
            "cocoon coat",
            "collarless coat",
        )
    )
    swing, cocoon = style == "swing coat", style == "cocoon coat"
    waist = {"swing coat": 86, "cocoon coat": 92, "funnel coat": 74}.get(style, 64) + c.spread(-3, 6)
    hem = {"swing coat": 138, "cocoon coat": 82, "princess coat": 134, "wrap coat": 112}.get(style, 108) + c.spread(
        -8, 16
    )
    torso = Torso(
        neck=28,
        shoulder=c.spread(80, 88),
        chest=80,
        waist=waist,
        hip=98 if cocoon else waist + 20,
        hem=hem,
        waist_y=c.spread(258, 276),
        hip_y=352,
        length=c.spread(430, 550),
        slope=c.spread(24, 31),
        arm=c.spread(42, 54),
        cuff=c.spread(34, 52) if swing or cocoon else 34,
        sleeve=c.spread(262, 292),
        spread=c.spread(34, 56),
        puff=4 if style == "princess coat" else 0,
    )
    belt = "tie" if style == "wrap coat" else "buckle" if style in ("trench coat",) or c.chance(0.15) else "none"
    cut = Coat(
        torso,
        -1,
        collar={
            "wrap coat": "shawl",
            "fur-collar coat": "fur",
            "funnel coat": "stand",
            "collarless coat": "none",
            "swing coat": "turn-down",
            "trench coat": "notch",
            "cocoon coat": c.pick(("notch", "shawl")),
        }.get(style, "peak"),
        lapel=44 if style == "funnel coat" else c.spread(34, 58),
        break_y={
            "wrap coat": 252,
            "swing coat": 112,
            "funnel coat": 104,
            "collarless coat": 150,
            "cocoon coat": 260,
            "fur-collar coat": 180,
        }.get(style, 205)
        + c.spread(-8, 8),
        closure={
            "wrap coat": "wrap",
            "trench coat": "double",
            "funnel coat": "zip",
            "princess coat": "double",
            "cocoon coat": "hidden",
        }.get(style, "single"),
        buttons=c.pick((2, 3, 4)),
        pocket=c.pick(("welt", "patch", "flap", "welt")),
        belt=belt,
        cuff="strap" if style == "trench coat" else c.pick(("plain", "turn-up", "plain")),
        epaulettes=style == "trench coat",
        storm_flap=style == "trench coat",
    )
    patterned = style != "trench coat"
    kind = (
        c.deal(("plain", "tartan", "plain", "herringbone", "plain", "houndstooth", "gingham"), 2)
        if patterned
        else "plain"
    )
    material = "cotton" if style == "trench coat" else c.pick(("wool", "boucle", "wool", "tweed"))
    fabric = Fabric(
        material,
        Pattern(kind, c.spread(18, 62), seed=c.pattern_seed()),
        (c.pick(("cream", "dark", "light")) if style == "fur-collar coat" else "tone", "light"),
        accent_material="sherpa" if style == "fur-collar coat" else None,
        metal="brass",
        buttons=c.pick(("tone", "dark", "metal", "horn")),
    )
    name = f"{c.line_name()} {name_cloth(fabric)} {style}"
    text = f"A {style} in {material} with a defined waist and {name_pockets(cut.pocket)}."
    return Design(
        group_id,
        "WOMEN_Coats",
        "Women",
        cut,
        fabric,
        c.colours(_WOMEN_COATS),
        name,
        text,
        c.price(129, 349),
        close_up=c.number % 4 == 3,
    )


def _men_torso(c: Chooser, length: float) -> Torso:
    return Torso(
        neck=33,
        shoulder=c.spread(97, 107),
        chest=c.spread(93, 100),
        waist=c.spread(87, 95),
        hip=c.spread(92, 99),
        hem=c.spread(96, 110),
        waist_y=298,
        hip_y=366,
        length=length,
        slope=c.spread(20, 27),
        sleeve=c.spread(286, 312),
        arm=c.spread(50, 60),
        cuff=c.spread(36, 44),
        spread=c.spread(34, 56),
    )
