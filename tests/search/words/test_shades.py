"""Which colours of a shop a colour's name takes in."""

import pytest

from search.words.colours import BASES, COLOURS
from search.words.folding import stems
from search.words.shades import family_of, whole_families

SHOP = ("Navy Blue", "Teal", "Grey", "Red", "Burgundy", "Blue", "Charcoal", "Tan", "Cream", "Brown", "Green", "White")


@pytest.mark.parametrize(
    ("colour", "exact", "near", "far"),
    [
        ("Blue", ("Blue",), ("Navy Blue", "Teal"), ()),
        ("azul", ("Blue",), ("Navy Blue", "Teal"), ()),
        ("green", ("Green",), (), ("Teal",)),
        ("navy", ("Navy Blue",), (), ()),
        ("rojo", ("Red",), ("Burgundy",), ()),
        ("White", ("White",), ("Cream",), ()),
        ("gris", ("Grey",), ("Charcoal",), ()),
        ("brown", ("Brown",), ("Tan",), ()),
        ("beige", (), (), ("Cream",)),
        ("Plaid", (), (), ()),
    ],
)
def test_a_colour_takes_in_its_shades(
    colour: str, exact: tuple[str, ...], near: tuple[str, ...], far: tuple[str, ...]
) -> None:
    """Itself first; in either language; and navy is navy alone."""
    assert family_of(colour, SHOP).tiers == (exact, near, far)


@pytest.mark.parametrize(
    ("written", "colour"),
    [
        *(("Ice Blue", "blue"), ("azul noche profundo", "blue"), ("Black/White", "white"), ("Navy & Red", "blue")),
        *(("Grey Melange", "grey"), ("verde botella", "green"), ("Dark olive", "green"), ("BLUE-GREEN", "green")),
        ("gris perla", "grey"),
    ],
)
def test_a_shade_is_known_by_the_colour_in_its_name(written: str, colour: str) -> None:
    """Whatever else shops add to it, and in whichever language."""
    assert written in family_of(colour, [written]).shades


@pytest.mark.parametrize(
    ("written", "colour"), [("Steel Blue", "grey"), ("Greyhound", "grey"), ("Azulejo", "blue"), ("Red", "burgundy")]
)
def test_what_is_no_shade(written: str, colour: str) -> None:
    """Steel blue is a blue, a word that only begins like a colour is none, and a colour is no shade of its shades."""
    assert written not in family_of(colour, [written]).values


def test_one_colour_in_several_spellings_is_one() -> None:
    """Feeds of several sources name it in several ways."""
    known = ("azul marino", "Navy", "NAVY BLUE", "Dark navy")
    assert family_of("navy", known).tiers == (("azul marino", "Navy", "NAVY BLUE"), ("Dark navy",), ())
    assert family_of("Nova", ("nova", "Nova blue")).values == ("nova",)


def test_a_family_without_the_colour_itself_has_a_name() -> None:
    """That of the vocabulary."""
    assert family_of("azul", ("Teal", "Navy")).name == "Blue"
    assert family_of("azul", ("Azul", "Navy")).name == "Azul"


def test_of_several_colours_those_with_all_their_shades_are_families() -> None:
    """Colours that somebody chose one by one are none, nor is one of which a shade lacks."""
    assert list(whole_families(("Navy Blue", "Blue", "Teal"), SHOP)) == ["Blue"]
    assert not whole_families(("Blue",), SHOP)
    assert not whole_families(("Blue", "Red"), SHOP)
    assert not whole_families(("Navy Blue", "Teal"), SHOP)
    assert not whole_families((), SHOP)
    assert not whole_families(("Blue", "Navy Blue"), SHOP)


def test_several_families_stand_beside_each_other() -> None:
    """And beside colours without shades; a shade of two colours belongs to both."""
    chosen = ("Blue", "Green", "Red", "Navy Blue", "Teal", "Burgundy", "Tan")
    found = whole_families(chosen, SHOP)
    assert {head: family.shades for head, family in found.items()} == {
        "Blue": ("Navy Blue", "Teal"),
        "Green": ("Teal",),
        "Red": ("Burgundy",),
    }


def test_the_vocabulary_of_colours_is_sound() -> None:
    """No phrase means two colours, and shades of shades end at a plain colour."""
    phrases = [stems(word) for entry in COLOURS for word in (*entry.said, *entry.names)]
    doubled = {phrase for phrase in phrases if phrases.count(phrase) > 1}
    assert not {
        one
        for one in doubled
        if len({entry for entry in COLOURS if one in map(stems, (*entry.said, *entry.names))}) > 1
    }
    for entry in COLOURS:
        assert all(not BASES[base] or all(not BASES[deeper] for deeper in BASES[base]) for base in BASES[entry])
