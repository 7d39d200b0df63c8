"""Words of fashion shops in English and Spanish: kinds of things, who wears them, and what is written of them.

A catalogue's values are recognised by these words, whichever language it is in; so "abrigo rojo" finds the category
``WOMEN_Coats`` and the colour ``Red`` (its words are in ``search.words.colours``). Brands, and values without an entry,
are known by their own names alone.
"""

from dataclasses import dataclass

from search.words.folding import stem


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
    """A line each: English words | Spanish words | further names in catalogues, with commas between them.

    A backslash at its end joins a line to the next one.
    """
    joined = lines.strip().replace("\\\n", " ")
    parts = [[part.split(",") for part in line.split("|")] for line in joined.splitlines()]
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
    hat, beanie | sombrero, gorro
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
    ring | anillo
    jewellery, jewelry | joyas, joyería, bisutería
    underwear, lingerie | ropa interior, lencería
    swimsuit, swimwear, bikini | bañador, bikini
    pyjamas, pajamas | pijama
    perfume | perfume
    umbrella | paraguas
    accessory | accesorio, complemento
""")
WEARERS = read_entries(r"""
    men, man, male, gentleman, him, husband, my boyfriend, my dad, my father, my brother \
        | hombre, caballero, masculino, masculina, marido, mi esposo, mi novio, mi padre, mi hermano
    women, woman, female, lady, ladies, her, wife, girlfriend, my mum, my mom, my mother, my sister \
        | mujer, señora, dama, femenino, femenina, ella, mi esposa, mi novia, mi madre, mi hermana
    boy, my son | niño, mi hijo
    girl, my daughter | niña, mi hija
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
    denim | denim, vaquero, vaquera
    velvet | terciopelo
    suede | ante
    lace | encaje
    knit, knitted | punto
    quilted, padded | acolchado, acolchada
    zip, zipped, zip up | cremallera
    button | botón, botones
    pocket | bolsillo
    pleated | plisado, plisada
    slim | entallado, entallada, ajustado
    waterproof | impermeable
    trench | gabardina
    duffle | trenca
    pea coat | chaquetón
    puffer | plumífero, plumas
    rain, raincoat | lluvia, chubasquero
    houndstooth | pata de gallo
    herringbone | espiga
    satin | satén
    long | largo, larga
    print, printed, pattern, patterned | estampado, estampada
    leopard | leopardo
    skinny | pitillo
    warm, cosy | cálido, cálida, calentito, calentita
    winter | invierno
    summer | verano
    party | fiesta
    wedding | boda
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
SOLD_OUT = ("out of stock", "sold out", "agotado", "agotada", "sin stock")
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
    either u e very too really quite than muy mas bien demasiado overly
    am he she they his should could would can will maybe thank thanks hello likes love loves
    hola gracias favor puedes podria quisiera gustaria gusta gustan encanta le les se parecido parecida tengo pueda
    clothes clothing garment ropa prenda
    sean fuera fueran es ser este esten lleve lleven tenga tengan
    anything everything all what which todo toda cualquier cual order sort sorted first ordenar ordenado primero
""")
FILLER_STEMS = frozenset(map(stem, FILLERS))
EMOJI = {
    sign: f" {word} "
    for signs, word in (
        *(("🧥", "coat"), ("👗", "dress"), ("👕", "t-shirt"), ("👖", "trousers"), ("👚", "blouse"), ("🩳", "shorts")),
        *(("👔", "shirt"), ("👞", "shoes"), ("👟", "trainers"), ("👠", "heels"), ("👡", "sandals"), ("👢🥾", "boots")),
        *(("👜👛👝", "bag"), ("🎒", "backpack"), ("🧣", "scarf"), ("🧤", "gloves"), ("🧦", "socks"), ("👒🎩", "hat")),
        *(("🧢", "cap"), ("⌚", "watch"), ("🕶", "sunglasses"), ("👙🩱", "swimsuit"), ("💍", "ring"), ("☂", "umbrella")),
    )
    for sign in signs
}
