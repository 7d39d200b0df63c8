"""Suits and trousers."""

from __future__ import annotations

from catalog.demo.designs import Design, Fabric
from catalog.demo.garments.suits import Suit
from catalog.demo.garments.torso import Torso
from catalog.demo.garments.trousers import Trousers
from catalog.demo.lines.chooser import Chooser
from catalog.demo.lines.words import name_pattern
from catalog.demo.palette import COLOURS
from catalog.demo.patterns import Pattern

_SUITS = ("navy", "charcoal", "grey", "black", "brown", "blue", "beige", "burgundy", "olive", "teal")
_MEN_TROUSERS = ("navy", "khaki", "charcoal", "olive", "beige", "grey", "black", "brown", "blue", "rust")
_WOMEN_TROUSERS = ("black", "cream", "teal", "rust", "pink", "navy", "beige", "burgundy", "white", "green")
_DENIM = ("navy", "blue", "charcoal", "black", "grey")


def design_suit(group_id: str, c: Chooser) -> Design:
    """A jacket with its trousers, shirt and tie."""
    style = c.deal(
        (
            "two-button suit",
            "double-breasted suit",
            "three-piece suit",
            "dinner suit",
            "one-button suit",
            "three-button suit",
        )
    )
    double = style == "double-breasted suit"
    dinner = style == "dinner suit"
    torso = Torso(
        neck=31,
        shoulder=c.spread(94, 102),
        chest=c.spread(90, 97),
        waist=c.spread(78, 88),
        hip=c.spread(87, 94),
        hem=c.spread(90, 100),
        waist_y=278,
        hip_y=352,
        length=c.spread(425, 470),
        sleeve=c.spread(292, 312),
        arm=50,
        cuff=37,
        spread=c.spread(30, 46),
    )
    trousers = Trousers(hip=88, thigh=88, knee=c.spread(64, 80), hem=c.spread(54, 74), turn_up=c.pick((0, 0, 18)))
    cut = Suit(
        torso,
        trousers,
        double=double,
        buttons={
            "one-button suit": 1,
            "dinner suit": 1,
            "three-button suit": 3,
            "double-breasted suit": c.pick((2, 3)),
        }.get(style, 2),
        lapel_kind="shawl" if dinner else "peak" if double or c.chance(0.25) else "notch",
        lapel=c.spread(24, 46),
        break_y={"three-button suit": 205, "one-button suit": 282, "dinner suit": 285}.get(style, 248)
        + c.spread(-8, 8),
        pocket="welt" if dinner else c.pick(("flap", "flap", "welt", "patch")),
        ticket=c.chance(0.25),
        waistcoat=style == "three-piece suit",
        tie=(20, 20, 24)
        if dinner
        else COLOURS[c.pick(("burgundy", "navy", "teal", "mustard", "purple", "green", "rust", "pink"))].rgb,
        bow=dinner,
        tie_stripe=c.chance(0.45),
        shirt=(244, 243, 240) if dinner else c.pick(((244, 243, 240), (205, 219, 238), (238, 214, 218))),
        square=c.chance(0.5),
        quarters=c.spread(22, 46),
    )
    kind = (
        "plain"
        if dinner
        else c.deal(("plain", "pinstripe", "windowpane", "glen check", "plain", "herringbone", "tartan"))
    )
    fabric = Fabric(
        "worsted",
        Pattern(kind, c.spread(9, 14) if kind == "pinstripe" else c.spread(22, 46), seed=c.pattern_seed()),
        ("black" if dinner else "tone", "light"),
        accent_material="satin" if dinner else None,
        buttons=c.pick(("tone", "dark", "horn")),
    )
    name = f"{c.line_name()} {name_pattern(kind)}{style}"
    text = f"A {style} in {'plain' if kind == 'plain' else kind} worsted, jacket and trousers sold together."
    return Design(
        group_id,
        "MEN_Suits",
        "Men",
        cut,
        fabric,
        c.colours(_SUITS),
        name,
        text,
        c.price(229, 499),
        close_up=c.number % 4 == 3,
    )


def design_men_trousers(group_id: str, c: Chooser) -> Design:
    """Straight or tapered trousers on a natural waist."""
    style = c.deal(("chino", "jeans", "tailored", "cargo", "jogger"))
    hem = {"jogger": 46, "cargo": 66, "tailored": 56}.get(style, 54) + c.spread(-6, 10)
    cut = Trousers(
        waist=67,
        hip=c.spread(80, 86),
        thigh=c.spread(78, 90),
        knee=hem + c.spread(8, 20),
        hem=hem,
        length=c.spread(548, 574),
        style=style,
        pleats=c.pick((0, 1, 2)) if style == "tailored" else 0,
        turn_up=c.pick((0, 20, 0)) if style in ("chino", "tailored", "jeans") else 0,
        stripe=style == "jogger" and c.chance(0.6),
        fade=c.spread(0.06, 0.32) if style == "jeans" else 0,
    )
    material = {"jeans": "denim", "tailored": "worsted", "jogger": "fleece"}.get(
        style, c.pick(("cotton", "corduroy", "canvas"))
    )
    kind = (
        c.pick(("plain", "glen check", "pinstripe", "herringbone"))
        if style == "tailored"
        else c.pick(("plain", "plain", "camouflage"))
        if style == "cargo"
        else "melange"
        if style == "jogger" and c.chance(0.5)
        else "plain"
    )
    fabric = Fabric(
        material,
        Pattern(kind, c.spread(10, 34), seed=c.pattern_seed()),
        ("light" if style == "jogger" else "tone", "tan"),
        metal="brass" if style == "jeans" else "steel",
    )
    noun = {
        "chino": f"{material} chinos",
        "jeans": "jeans",
        "tailored": "pleated trousers" if cut.pleats else "wool trousers",
        "cargo": "cargo trousers",
        "jogger": "joggers",
    }[style]
    fit = "slim " if hem < 52 else "relaxed " if hem > 62 else ""
    name = f"{c.line_name()} {fit}{name_pattern(kind)}{noun}"
    pool = _DENIM if style == "jeans" else _MEN_TROUSERS
    return Design(
        group_id,
        "MEN_Trousers",
        "Men",
        cut,
        fabric,
        c.colours(pool),
        name,
        f"Men's {noun} with a natural waist and a {'neat' if hem < 58 else 'wide'} leg.",
        c.price(45, 129),
        close_up=c.number % 4 == 3,
    )


def design_women_trousers(group_id: str, c: Chooser) -> Design:
    """High-waisted trousers, from cigarette to palazzo."""
    style = c.deal(("palazzo", "jeans", "tailored", "flared jeans", "cropped", "culottes"))
    base = {"palazzo": "palazzo", "flared jeans": "jeans", "cropped": "tailored", "culottes": "palazzo"}.get(
        style, style
    )
    hem = {"palazzo": 104, "jeans": 38, "tailored": 44, "flared jeans": 98, "cropped": 52, "culottes": 112}[
        style
    ] + c.spread(-5, 10)
    knee = {"palazzo": 90, "flared jeans": 52, "culottes": 96}.get(style, hem + 10) + c.spread(-3, 6)
    length = {"culottes": 405, "cropped": 490}.get(style, 566) + c.spread(-10, 10)
    cut = Trousers(
        waist=c.spread(50, 56),
        hip=c.spread(82, 89),
        crotch=196,
        thigh=92 if base == "palazzo" else c.spread(76, 82),
        knee=knee,
        hem=hem,
        length=length,
        style=base,
        pleats=c.pick((0, 1, 2)) if base != "jeans" else 0,
        sash=base == "palazzo" or c.chance(0.2),
        high=c.spread(24, 38),
        stripe=style == "cropped" and c.chance(0.5),
        fade=c.spread(0.05, 0.34) if base == "jeans" else 0,
        turn_up=20 if style == "cropped" and c.chance(0.4) else 0,
    )
    material = (
        "denim"
        if base == "jeans"
        else c.pick(("silk", "linen", "satin"))
        if base == "palazzo"
        else c.pick(("worsted", "cotton"))
    )
    kind = (
        "plain"
        if base == "jeans"
        else c.pick(("plain", "stripes", "flowers", "dots"))
        if base == "palazzo"
        else c.pick(("plain", "gingham", "glen check", "pinstripe"))
    )
    fabric = Fabric(material, Pattern(kind, c.spread(14, 36), seed=c.pattern_seed()), ("light", "cream"), metal="brass")
    noun = {
        "palazzo": "palazzo trousers",
        "jeans": "skinny jeans",
        "tailored": "cigarette trousers",
        "cropped": "cropped trousers",
    }.get(style, style)
    name = f"{c.line_name()} high-waisted {name_pattern(kind)}{noun}"
    pool = _DENIM if base == "jeans" else _WOMEN_TROUSERS
    return Design(
        group_id,
        "WOMEN_Trousers",
        "Women",
        cut,
        fabric,
        c.colours(pool),
        name,
        f"Women's {noun} in {material}, cut high in the waist.",
        c.price(39, 119),
        close_up=c.number % 4 == 3,
    )
