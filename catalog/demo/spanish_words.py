"""The words of the boutique's titles and descriptions in Spanish, as a shop in Spain writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    """What a garment is called."""

    name: str  # "abrigo"
    tail: str  # what comes after cloth and pattern: "con cuello de pelo"; empty if nothing does
    feminine: bool
    plural: bool

    def agree(self, adjective: str) -> str:
        """An adjective in the form that goes with the noun: "cruzad*" becomes "cruzada", "cruzados"."""
        return adjective.replace("*", ("a" if self.feminine else "o") + "s" * self.plural)


def _nouns(lines: str) -> dict[str, Noun]:
    """A line each: English | Spanish, a plus sign and the tail | m, f, mp or fp."""
    found = {}
    for english, spanish, form in (map(str.strip, line.split("|")) for line in lines.strip().splitlines()):
        name, _, tail = spanish.partition(" + ")
        found[english] = Noun(name, tail, form[0] == "f", form.endswith("p"))
    return found


def _words(lines: str) -> dict[str, str]:
    pairs = (line.split("|") for line in lines.strip().splitlines())
    return {english.strip(): spanish.strip() for english, spanish in pairs}


NOUNS = _nouns("""
    coat | abrigo | m
    quilted coat | abrigo acolchado | m
    car coat | abrigo tres cuartos | m
    topcoat | abrigo ligero | m
    overcoat | abrigo largo | m
    pea coat | chaquetón marinero | m
    trench coat | gabardina | f
    duffle coat | trenca | f
    cocoon coat | abrigo ovalado | m
    collarless coat | abrigo + sin cuello | m
    fur-collar coat | abrigo + con cuello de pelo | m
    funnel coat | abrigo + de cuello alto | m
    princess coat | abrigo + de corte princesa | m
    swing coat | abrigo evasé | m
    wrap coat | abrigo + con cinturón | m
    parka | parka | f
    waisted parka | parka entallada | f
    puffer jacket | chaqueta plumífero | f
    belted puffer coat | abrigo plumífero + con cinturón | m
    anorak | anorak | m
    rain jacket | chubasquero | m
    rain cape | capa de lluvia | f
    hoodie | sudadera + con capucha | f
    cropped hoodie | sudadera corta + con capucha | f
    zip hoodie | sudadera de cremallera + con capucha | f
    teddy jacket | chaqueta teddy | f
    fleece jacket | chaqueta polar | f
    suit | traje | m
    two-button suit | traje de dos botones | m
    one-button suit | traje de un botón | m
    three-button suit | traje de tres botones | m
    three-piece suit | traje de tres piezas | m
    double-breasted suit | traje cruzado | m
    dinner suit | esmoquin | m
    trousers | pantalones | mp
    pleated trousers | pantalones de pinzas | mp
    cargo trousers | pantalones cargo | mp
    palazzo trousers | pantalones palazzo | mp
    cigarette trousers | pantalones pitillo | mp
    cropped trousers | pantalones tobilleros | mp
    chinos | pantalones chinos | mp
    jeans | vaqueros | mp
    skinny jeans | vaqueros pitillo | mp
    flared jeans | vaqueros acampanados | mp
    joggers | pantalones jogger | mp
    culottes | pantalones culotte | mp
    mini skirt | minifalda | f
    midi skirt | falda midi | f
    maxi skirt | falda larga | f
    shirt | camisa | f
    blouse | blusa | f
    trainers | zapatillas | fp
    high-top trainers | zapatillas altas | fp
    Oxford shoes | zapatos Oxford | mp
    Derby shoes | zapatos Derby | mp
    monk-strap shoes | zapatos + con hebilla | mp
    brogues | zapatos brogue | mp
    penny loafers | mocasines | mp
    Chelsea boots | botines Chelsea | mp
    lace-up boots | botas de cordones | fp
    ankle boots | botines | mp
    knee boots | botas altas | fp
    ballerinas | bailarinas | fp
    Mary Janes | merceditas | fp
    pumps | zapatos de salón | mp
    sandals | sandalias | fp
    scarf | bufanda | f
    silk scarf | pañuelo de seda | m
    snood | bufanda tubular | f
    handbag | bolso de mano | m
    backpack | mochila | f
    weekend bag | bolsa de fin de semana | f
    clutch | cartera de mano | f
    satchel | bolso satchel | m
    shoulder bag | bolso de hombro | m
    tote bag | bolso shopper | m
    bucket bag | bolso saco | m
""")
# How a garment is cut: after the noun.
CUTS = _words("""
    double-breasted | cruzad*
    slim | de corte entallado
    relaxed | de corte amplio
    high-waisted | de talle alto
    a-line | de línea A
    buttoned | abotonad*
    flared | de vuelo
    pencil | de tubo
    pleated | plisad*
    tiered | de volantes
    wrap | cruzad*
    channel-quilted | acolchad* en franjas
    box-quilted | acolchad* en cuadros
    diamond-quilted | acolchad* en rombos
    block-heel | de tacón ancho
    stiletto-heel | de tacón de aguja
    cone-heel | de tacón cónico
    wedge-heel | de cuña
    classic | clásic*
    mélange | jaspead*
    plain | lis*
""")
CLOTHS = _words("""
    wool | de lana
    tweed | de tweed
    cotton | de algodón
    bouclé | de bouclé
    boucle | de bouclé
    nylon | de nailon
    silk | de seda
    satin | de satén
    linen | de lino
    denim | de tela vaquera
    smooth leather | de piel lisa
    leather | de piel
    suede | de ante
    canvas | de lona
    corduroy | de pana
    worsted | de lana fría
    knit | de punto
    ribbed | de canalé
    fleece | de felpa
    sherpa | de borreguito
""")
PATTERNS = _words("""
    floral | de flores
    dotted | de lunares
    striped | de rayas
    star-print | de estrellas
    leaf-print | de hojas
    gingham | de cuadros vichy
    glen check | de cuadros príncipe de Gales
    windowpane | de cuadros ventana
    herringbone | en espiga
    houndstooth | de pata de gallo
    tartan | de cuadros escoceses
    pinstripe | de raya diplomática
    argyle | con rombos
    zigzag | en zigzag
    camouflage | de camuflaje
    banded | con franjas
""")
# What comes last.
CLOSURES = _words("""
    single-breasted | con botonadura sencilla
    Peter Pan collar | con cuello bebé
    V-neck | con cuello de pico
    button-down | con cuello abotonado
    camp-collar | con cuello cubano
    grandad-collar | con cuello mao
    stand-collar | con cuello alto
    pussy-bow | con lazada
    ruffled | con chorreras
""")
POCKETS = _words("""
    flap pockets | bolsillos con solapa
    patch pockets | bolsillos de parche
    slanted pockets | bolsillos inclinados
    zipped pockets | bolsillos de cremallera
    a pouch pocket | bolsillo canguro
    clean seams | costuras limpias
""")
COLOURS = _words("""
    black | negro
    charcoal | antracita
    grey | gris
    white | blanco
    cream | crema
    beige | beis
    tan | tostado
    brown | marrón
    navy blue | azul marino
    blue | azul
    turquoise blue | azul turquesa
    teal | verde azulado
    green | verde
    olive | verde oliva
    khaki | caqui
    mustard | mostaza
    yellow | amarillo
    orange | naranja
    rust | teja
    red | rojo
    burgundy | burdeos
    maroon | granate
    pink | rosa
    purple | morado
    lavender | lavanda
""")
