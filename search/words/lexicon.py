"""Words of fashion shops in English and Spanish: kinds of things, who wears them, and what is written of them.

A catalogue's values are recognised by these words, whichever language it is in; so "abrigo rojo" finds the category
``WOMEN_Coats`` and the colour ``Red`` (its words are in ``search.words.colours``). Brands, and values without an entry,
are known by their own names alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One idea, and how it is said; plurals need no entry of their own where they are regular."""

    english: tuple[str, ...]
    spanish: tuple[str, ...]
    names: tuple[str, ...] = ()  # what catalogues call it, though shoppers mean something else by these words

    @property
    def said(self) -> tuple[str, ...]:
        """What shoppers say for it."""
        return (*self.english, *self.spanish)


def read_entries(lines: str) -> tuple[Entry, ...]:
    """A line each: English words | Spanish words | further names in catalogues, with commas between them."""
    parts = [[part.split(",") for part in line.split("|")] for line in lines.strip().splitlines()]
    split = [[tuple(word.strip() for word in words if word.strip()) for words in part] for part in parts]
    return tuple(Entry(*part) for part in split)


def _read_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS = read_entries("""
    coat, overcoat, topcoat | abrigo, gabán
    jacket, blazer | chaqueta, americana, cazadora
    hoodie, hooded top | sudadera con capucha | hood
    sweatshirt | sudadera
    sweater, jumper, pullover, cardigan | jersey, suéter
    shirt, button up | camisa
    tshirt, t shirt, tee | camiseta
    blouse | blusa
    top | top
    dress | vestido
    skirt | falda
    trouser, pants, slacks | pantalón
    jeans | vaqueros, tejanos
    short pants | pantalón corto, bermudas | shorts
    legging | mallas
    suit | traje
    waistcoat | chaleco
    shoe, footwear | zapato, calzado
    boot | bota
    sandal | sandalia
    heels | tacones, zapato de tacón
    trainer, sneaker | zapatilla, deportivas
    flip flops | chanclas
    sock | calcetín, calcetines
    scarf, scarves | bufanda, pañuelo
    glove | guante
    hat | sombrero
    cap | gorra
    belt | cinturón, cinturones
    tie, necktie | corbata
    bag | bolsa, bolso
    handbag | bolso de mano
    backpack, rucksack | mochila
    wallet, purse | cartera, monedero
    watch | reloj, relojes
    sunglasses | gafas de sol
    necklace | collar
    bracelet | pulsera
    earring | pendientes
    perfume | perfume
    umbrella | paraguas
    accessory | accesorio, complemento
""")
WEARERS = read_entries("""
    men, man, male, gentleman, him | hombre, caballero, masculino, masculina
    women, woman, female, lady, ladies, her | mujer, señora, dama, femenino, femenina, ella
    boy | niño
    girl | niña
    kid, child, children | infantil, niños y niñas
    unisex | unisex
""")
# What titles and descriptions say of a thing: a shopper's word in one language also finds the other language's.
TRAITS = read_entries("""
    long sleeve, long sleeved | manga larga
    short sleeve, short sleeved | manga corta
    sleeveless | sin mangas
    hood, hooded | capucha
    stripe, striped, pinstripe | rayas
    check, checked, plaid, tartan, gingham | cuadros, tartán, vichy
    floral, flower, flowers | flores, floral
    polka dot, dotted | lunares
    plain, solid | liso, lisa
    leather | piel, cuero
    wool, woollen | lana
    cotton | algodón
    silk | seda
    linen | lino
    denim | denim, vaquero
    velvet | terciopelo
    suede | ante
    lace | encaje
    knit, knitted | punto
    quilted, padded | acolchado, acolchada
    zip | cremallera
    button | botón, botones
    pocket | bolsillo
    pleated | plisado, plisada
    slim | entallado, entallada, ajustado
    waterproof | impermeable
    trench | gabardina
    duffle | trenca
    pea coat | chaquetón
    puffer | plumífero
    rain | lluvia, chubasquero
    houndstooth | pata de gallo
    herringbone | espiga
    satin | satén
    corduroy | pana
    canvas | lona
    nylon | nailon
    fleece | felpa
    tote | shopper
    clutch | cartera de mano
    loafers | mocasines
    ballerinas, ballet flats | bailarinas
    ankle boots | botines
    culottes | culotte
""")
AVAILABLE = ("in stock", "available", "en stock", "disponible", "disponibles")
SIZES = ("size", "talla", "número")
ALTERNATIVES = frozenset({"or", "o", "u"})  # between values of which any will do
ADDITIONS = frozenset({"and", "y", "e"})
FILLERS = _read_words("""
    this that it its one ones but in with and or the a an of for from please i want would like show me my something
    similar same colour color is to be made any some looking need find only just by esto este esta eso ese esa pero
    en con y o el la los las un una unos unas de del para por quiero que algo como colores mismo misma lo igual sea
    solo busco mi al tipo muestrame
    do you have are there buy shop gift gifts present also your tienes teneis hay comprar ver necesito regalo regalos tu
    either u e very too really quite than muy mas bien demasiado tan nada
""")
