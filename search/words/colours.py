"""Colours as shops and shoppers name them, in English and Spanish, and which of them are shades of others.

"Blue" takes in navy; "navy" is navy alone. What a shopper would call blue without a second thought comes first; what
lies between two colours, as teal does between green and blue, is a shade of both.
"""

from search.words.lexicon import Entry, read_entries

# English | Spanish | further names in catalogues | what it is a shade of, the colour it is nearest to first
_LINES = """
    black | negro, negra
    white | blanco, blanca
    off white, ecru | blanco roto, hueso, crudo, perla | bone, pearl, natural | white, beige
    cream, ivory | crema, marfil, vainilla | vanilla | white, beige
    beige | beige, beis
    sand, stone, oatmeal | arena, piedra | | beige
    nude | nude, maquillaje, color piel | skin | beige, pink
    grey, gray | gris
    charcoal, anthracite, graphite, dark grey, dark gray | gris marengo, antracita, grafito, gris oscuro | | grey
    light grey, light gray, pearl grey | gris claro, gris perla | | grey
    silver | plateado, plateada, plata, metalizado | metallic | grey
    grey melange, heather grey, heather gray | gris jaspeado | | grey
    steel | acero | gunmetal | grey
    slate | pizarra | | grey
    brown | marrón, café
    chocolate, chestnut, coffee, dark brown | chocolate, castaño, marrón oscuro, marrón café | coffee brown | brown
    tan, cognac, toffee, light brown | canela, coñac, tostado, marrón claro | | brown
    camel | camel, camello | | brown, beige
    taupe | taupe, topo, visón | mushroom | brown, grey
    khaki | caqui, kaki | | green, brown
    green | verde
    olive, army green, military green | oliva, verde militar, verde oliva, aceituna | | green
    dark green, bottle green, forest green | verde oscuro, verde botella, verde bosque | | green
    emerald | esmeralda | | green
    lime, neon green | lima, verde lima, verde flúor | fluorescent green, lime green | green, yellow
    mint, sage, pistachio, light green | menta, salvia, pistacho, verde claro, verde agua | | green
    sea green | verde mar | seafoam | green, blue
    teal, petrol | verde azulado, petróleo, azul petróleo, verde petróleo | | blue, green
    turquoise, aqua | turquesa, azul turquesa, aguamarina | turquoise blue | blue, green
    blue | azul
    navy, navy blue, dark blue, midnight blue | azul marino, marino, azul oscuro, azul noche | midnight | blue
    light blue, sky blue, baby blue, pale blue | azul claro, celeste, azul cielo, azul celeste, azul bebé | sky | blue
    royal blue, cobalt, electric blue | azulón, cobalto, azul eléctrico, azul klein, azul real | royal, azure | blue
    indigo | índigo, añil | | blue
    denim blue | azul vaquero | denim, vaquero | blue
    purple, violet | morado, morada, violeta, púrpura
    lavender, lilac | lavanda, lila | | purple
    mauve | malva | | purple, pink
    plum, aubergine, eggplant | ciruela, berenjena | | purple, red
    pink | rosa, rosado, rosada
    blush, dusty pink, pale pink, light pink | rosa palo, rosa claro, rosa pastel, rosa empolvado | rose | pink
    magenta, fuchsia, hot pink | magenta, fucsia | | pink
    coral, salmon | coral, salmón | | orange, pink
    peach, apricot | melocotón, albaricoque | | orange, pink
    red | rojo, roja
    burgundy, wine, bordeaux | burdeos, vino | | red
    maroon, garnet | granate | oxblood | red
    cherry, crimson, scarlet, ruby, dark red | cereza, carmesí, escarlata, rubí, rojo oscuro | | red
    rust, terracotta | óxido, teja, terracota | rusty | orange, brown
    orange | naranja
    mustard, ochre | mostaza, ocre | | yellow
    yellow | amarillo, amarilla
    lemon | limón | | yellow
    gold, golden | dorado, dorada, oro | | yellow
    rose gold | oro rosa, dorado rosa | | gold, pink
    copper | cobre | | brown, orange
    bronze | bronce | | brown
    multi, multicolour, multicolor, multicoloured | multicolor
"""

_READ = [line.rpartition("|") if line.count("|") == 3 else (line, "", "") for line in _LINES.strip().splitlines()]
COLOURS = read_entries("\n".join(words for words, _, _ in _READ))
_BY_NAME = {entry.english[0]: entry for entry in COLOURS}
BASES: dict[Entry, tuple[Entry, ...]] = {
    entry: tuple(_BY_NAME[base.strip()] for base in bases.split(",") if base.strip())
    for entry, (_, _, bases) in zip(COLOURS, _READ, strict=True)
}
