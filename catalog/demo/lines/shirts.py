"""Shirts, blouses, and the skirts that go with them."""

from __future__ import annotations

from catalog.demo.designs import Design, Fabric
from catalog.demo.garments.shirts import Shirt
from catalog.demo.garments.skirts import Skirt
from catalog.demo.garments.torso import Torso
from catalog.demo.lines.chooser import Chooser
from catalog.demo.lines.words import name_pattern
from catalog.demo.patterns import Pattern

_SKIRTS = ("burgundy", "black", "mustard", "pink", "green", "navy", "cream", "red", "teal", "lavender", "tan")
_MEN_SHIRTS = ("white", "blue", "navy", "pink", "olive", "grey", "burgundy", "khaki", "teal", "black")
_BLOUSES = ("cream", "pink", "red", "lavender", "white", "teal", "yellow", "black", "turquoise", "green", "purple")
_DENIM = ("navy", "blue", "charcoal", "black", "grey")


def design_skirt(group_id: str, c: Chooser) -> Design:
    """A skirt of any shape."""
    style = c.deal(("pleated", "pencil", "a-line", "tiered", "wrap", "buttoned", "flared"))
    hem = {"pencil": 74, "pleated": 140, "tiered": 142, "flared": 168, "wrap": 118, "buttoned": 116}.get(
        style, 128
    ) + c.spread(-8, 14)
    length = {"tiered": 505, "pencil": 420, "buttoned": 370}.get(style, 410) + c.spread(-60, 66)
    cut = Skirt(
        style,
        waist=c.spread(54, 60),
        hip=84 if style == "pencil" else 92,
        hem=hem,
        top=74,
        length=length,
        pleats=int(c.spread(9, 19)) if style == "pleated" else 0,
        band=c.spread(14, 32),
        belt=style in ("a-line", "flared", "pencil") and c.chance(0.5),
        pockets=style in ("buttoned", "a-line") and c.chance(0.6),
        slit=c.spread(60, 120) if style == "pencil" else 0,
    )
    material = {
        "pencil": c.pick(("worsted", "leather", "tweed")),
        "pleated": c.pick(("wool", "satin")),
        "buttoned": c.pick(("denim", "corduroy", "suede")),
        "tiered": "linen",
        "wrap": "silk",
        "flared": "satin",
    }.get(style, "cotton")
    kinds = {
        "pencil": ("plain", "houndstooth", "glen check"),
        "pleated": ("tartan", "plain", "windowpane"),
        "tiered": ("leaves", "flowers", "plain"),
        "wrap": ("flowers", "dots", "leaves"),
        "flared": ("dots", "gingham", "flowers"),
        "a-line": ("zigzag", "stripes", "gingham", "argyle"),
    }.get(style, ("plain",))
    kind = "plain" if material in ("leather", "suede", "denim") else c.pick(kinds)
    fabric = Fabric(
        material,
        Pattern(
            kind, c.spread(18, 58) if kind in ("tartan", "windowpane") else c.spread(14, 34), seed=c.pattern_seed()
        ),
        (c.pick(("light", "cream", "dark", "navy")), c.pick(("yellow", "red", "light", "green"))),
        accent_material="leather",
        metal="brass",
        buttons=c.pick(("horn", "metal", "tone")),
    )
    pool = _DENIM if material == "denim" else _SKIRTS
    length_word = "mini" if length < 375 else "maxi" if length > 485 else "midi"
    name = f"{c.line_name()} {style} {name_pattern(kind)}{material} {length_word} skirt"
    return Design(
        group_id,
        "WOMEN_Skirts",
        "Women",
        cut,
        fabric,
        c.colours(pool),
        name,
        f"A {length_word} {style} skirt in {material}.",
        c.price(35, 99),
        close_up=c.number % 4 == 3,
    )


def design_men_shirt(group_id: str, c: Chooser) -> Design:
    """A straight shirt with a shirt-tail hem."""
    style = c.deal(("classic", "button-down", "band", "camp", "classic", "button-down"))
    short = style == "camp" or c.chance(0.15)
    torso = Torso(
        neck=29,
        shoulder=c.spread(96, 104),
        chest=95,
        waist=c.spread(86, 94),
        hip=91,
        hem=c.spread(92, 98),
        waist_y=290,
        hip_y=350,
        length=c.spread(425, 462),
        sleeve=c.spread(96, 120) if short else c.spread(288, 306),
        arm=56,
        cuff=70 if short else c.spread(34, 40),
        spread=c.spread(20, 28) if short else c.spread(34, 58),
    )
    cut = Shirt(
        torso,
        1,
        style,
        c.spread(0.05, 0.95),
        "half" if style == "band" and c.chance(0.5) else c.pick(("full", "full", "hidden")),
        c.pick((1, 2, 0)),
        c.chance(0.5),
        12 if short else c.spread(20, 30),
        0 if style == "camp" else c.spread(16, 34),
    )
    kind = (
        c.deal(("stripes", "plain", "gingham", "tartan", "dots", "pinstripe", "leaves", "windowpane"))
        if style != "camp"
        else c.pick(("leaves", "flowers", "stars"))
    )
    material = c.pick(("cotton", "linen", "denim", "cotton")) if kind == "plain" else "cotton"
    fabric = Fabric(
        material,
        Pattern(
            kind,
            c.spread(9, 20) if kind in ("stripes", "pinstripe", "dots", "gingham") else c.spread(22, 50),
            seed=c.pattern_seed(),
        ),
        (c.pick(("light", "dark", "navy", "tone")), c.pick(("red", "cream", "dark"))),
        buttons="light",
    )
    collar = {"band": "grandad-collar", "camp": "camp-collar", "button-down": "button-down"}.get(style, "classic")
    name = f"{c.line_name()} {collar} {name_pattern(kind)}{material} shirt"
    return Design(
        group_id,
        "MEN_Shirts",
        "Men",
        cut,
        fabric,
        c.colours(_MEN_SHIRTS),
        name,
        f"A {'short-sleeved' if short else 'long-sleeved'} {material} shirt with a straight cut.",
        c.price(35, 89),
        close_up=c.number % 4 == 3,
    )


def design_blouse(group_id: str, c: Chooser) -> Design:
    """A blouse with a drawn-in waist."""
    style = c.deal(("bow", "round", "none", "ruffle", "band", "classic"))
    short = c.chance(0.3)
    puff = c.pick((0, 8, 14))
    torso = Torso(
        neck=26,
        shoulder=c.spread(76, 84),
        chest=79,
        waist=c.spread(62, 70),
        hip=c.spread(80, 88),
        hem=c.spread(84, 104),
        waist_y=264,
        hip_y=334,
        length=c.spread(368, 425),
        slope=c.spread(25, 33),
        sleeve=c.spread(86, 130) if short else c.spread(258, 284),
        arm=c.spread(44, 66),
        cuff=(54 if short else 32) + c.spread(0, 8),
        spread=c.spread(16, 24) if short else c.spread(34, 58),
        puff=puff,
    )
    cut = Shirt(
        torso,
        -1,
        style,
        c.spread(0.1, 0.9),
        c.pick(("full", "hidden", "full")),
        0,
        False,
        10 if short else c.spread(18, 44),
        c.spread(0, 30),
        style in ("band", "classic") and c.chance(0.6),
        style in ("none", "ruffle") or c.chance(0.25),
    )
    kind = c.deal(("plain", "flowers", "dots", "plain", "leaves", "stripes", "gingham"))
    material = c.pick(("silk", "cotton", "satin", "linen")) if kind == "plain" else c.pick(("silk", "cotton"))
    fabric = Fabric(
        material,
        Pattern(kind, c.spread(12, 30), seed=c.pattern_seed()),
        (c.pick(("cream", "light", "dark", "white")), c.pick(("yellow", "green", "red", "light"))),
        buttons=c.pick(("light", "tone", "metal")),
        metal="brass",
    )
    collar = {
        "bow": "pussy-bow",
        "round": "Peter Pan collar",
        "none": "V-neck",
        "ruffle": "ruffled",
        "band": "stand-collar",
    }.get(style, "classic")
    name = f"{c.line_name()} {collar} {name_pattern(kind)}{material} blouse"
    return Design(
        group_id,
        "WOMEN_Shirts",
        "Women",
        cut,
        fabric,
        c.colours(_BLOUSES),
        name,
        f"A {'short-sleeved' if short else 'long-sleeved'} blouse in {material} with a shaped waist.",
        c.price(29, 89),
        close_up=c.number % 4 == 3,
    )
