"""What the demo's people say: sentences with blanks, filled by a seeded choice."""

from collections.abc import Collection
from random import Random

from app.core.records import Record


class Tongue(Record):
    """What people say in one language: lines with blanks, and what fills them."""

    lines: tuple[str, ...]
    place: tuple[str, ...] = ()
    thing: tuple[str, ...] = ()
    weather: tuple[str, ...] = ()
    animal: tuple[str, ...] = ()
    food: tuple[str, ...] = ()


TRIES_MAX = 40
TAGGED_SHARE = 0.25
TAGS = ("river", "repair", "garden", "bread", "books", "choir", "bicycles", "weather", "night")
ENGLISH = Tongue(
    place=(
        "the weir", "the ferry shed", "the reading room", "the old oven", "bridge four",
        "the allotments", "the tool library", "the window table", "the towpath", "the school yard",
        "the choir loft", "the night bus", "the canal lock", "the market", "the bicycle cellar",
    ),
    thing=(
        "kettle", "ladder", "lamp", "accordion", "wheelbarrow", "sewing machine", "radio", "stove",
        "bench", "door handle", "rain barrel", "bookcase", "bell", "tent", "soup pot", "map",
    ),
    weather=(
        "fog until ten", "rain with a grudge", "the first frost", "light like milk",
        "a warm wind from the wrong side", "hail, briefly",
        "a sky without a plan", "sun, of all things",
    ),
    animal=("heron", "otter", "fox", "owl", "kingfisher", "hedgehog", "very large cat", "moth"),
    food=(
        "leek soup", "rye bread", "plum cake", "lentils", "too many courgettes", "dumplings",
        "pickled beans", "apple sauce", "flatbread", "chestnuts",
    ),
    lines=(
        "The {thing} at {place} is mended. It was the fuse. It is always the fuse.",
        "Seen this morning at {place}: one {animal}, in no hurry.",
        "{Weather} at {place}. Bring the other coat.",
        "Does anybody have a spare {thing}? Ours gave up, with dignity.",
        "{Food} for twelve tonight at {place}. Come as you are.",
        "I wrote down how to fix a {thing}. One page, seven drawings, no jargon.",
        "The {animal} is back at {place}. Please keep the dogs short until Sunday.",
        "Whoever left {food} on my step: thank you. I know it was you.",
        "Learnt today that a {thing} has a second screw. Seven years, two screws.",
        "Found at {place}: one glove, left, blue. It misses the other one.",
        "Small victory: the {thing} works, and nothing is left over.",
        "Walked home by {place}. {Weather}. No complaints.",
        "Question for the house: who wants to share a {thing} until spring?",
        "Tried {food} after my grandmother's note. The note says 'enough'. Enough of what?",
        "There is a bench free at {place} and the light is right for reading.",
        "The {thing} from {place} goes back on the shelf by Friday, promise.",
        "Heard a {animal} over {place} at night. Did anyone else?",
        "Thank you to the three people who carried the {thing} up the stairs.",
        "My neighbour taught me to make {food}. I taught her to swear in my language.",
        "Morning at {place}: {weather}, and nobody but a {animal}.",
        "To whoever painted the {thing} at {place} green: it suits it.",
        "My daughter asked why the {thing} has a name. I had no good answer. It has one now.",
        "Choir moved to {place} tonight, because of {weather}.",
        "Two hours at {place} with a book and {food}. That was the whole plan, and it held.",
        "The {animal} ate the {food}. I have no further news.",
        "If you pass {place}: somebody should look at the {thing} before the weekend.",
        "I traded a {thing} for {food}. Both sides think that they won.",
        "What do you do with {food} when it is Thursday and you have had it since Monday?",
        "They are measuring something at {place}. Does anybody know what, and for whom?",
        "{Weather}. The {thing} does not mind. I try to be like the {thing}.",
        "An old photograph of {place} turned up in a drawer. The {thing} was there already.",
        "I can drive to the tip on Saturday: room for one {thing} and two opinions.",
        "Slept badly, baked {food}, fed the stairwell. There are worse nights.",
        "Somebody lost a key at {place}. It hangs beside the {thing} now.",
        "Half past six, {place}: a {animal} and I agreed not to mention it to anyone.",
        "New on the shelf: a {thing}, hardly used, with a note that says sorry.",
    ),
)  # fmt: skip
SPANISH = Tongue(
    place=("el mercado", "el puente cuatro", "la esclusa", "la sala de lectura", "los huertos"),
    thing=("la lámpara", "la mesa", "la radio", "la estufa", "la carretilla", "la tetera"),
    weather=("lluvia fina", "niebla hasta las diez", "un sol de mentira", "viento del revés"),
    animal=("una garza", "un zorro", "un erizo", "un perro que no era mío", "una lechuza"),
    food=("sopa de puerros", "lentejas", "setas", "pan de centeno", "castañas"),
    lines=(
        "Hoy en {place}: {weather}, {food} y {animal}.",
        "He arreglado {thing}. Era el fusible, como siempre.",
        "¿Alguien me presta {thing} hasta el domingo? Lo devuelvo con {food}.",
        "Esta noche hay {food} para doce. Traed cuchara.",
        "{Weather}, y luego un cielo que no se lo creía nadie.",
        "En {place} he visto a {animal}. Nos hemos saludado.",
        "Mi abuela lo hacía con menos sal y más paciencia. Hablo de {food}.",
        "Quien dejó {thing} en {place}: ya funciona, puede volver a casa.",
        "Tres vecinos, una escalera y {thing}. Ha salido bien.",
        "Leer en {place} con {weather}: no pido más.",
    ),
)
GERMAN = Tongue(
    place=("am Markt", "an der Schleuse", "im Lesesaal", "bei Brücke vier", "in den Gärten"),
    thing=("das Radio", "die Leiter", "die Lampe", "der Ofen", "die Glocke", "das Zelt"),
    weather=("Nebel bis zehn", "Regen mit Vorsatz", "der erste Frost", "Sonne, ausgerechnet"),
    animal=("ein Reiher", "ein Fuchs", "ein Igel", "eine Eule", "eine sehr große Katze"),
    food=("Pflaumenkuchen", "Linsen", "Lauchsuppe", "Roggenbrot", "Klöße"),
    lines=(
        "{Weather} heute {place}. Ich habe keinen Plan, das passt.",
        "Repariert: {thing}. Eine Schraube ist übrig, wie immer.",
        "Gesucht bis Sonntag: {thing}. Geboten: {food}.",
        "Heute Morgen {place}: {animal}, und sonst niemand.",
        "{Food} für zwölf, ab sieben {place}. Kommt, wie ihr seid.",
        "Wer weiß, wem {thing} gehört? Gefunden {place}, etwas nass.",
        "Gelernt: {thing} hat eine zweite Schraube. Sieben Jahre lang nicht gesehen.",
        "{Weather}, danach ein Himmel wie frisch gewaschen.",
        "Danke an die drei, die {thing} die Treppe hinaufgetragen haben.",
        "Auf meiner Stufe stand {food}. Ich weiß, wer du bist. Danke.",
    ),
)
ARABIC = Tongue(
    place=("السوق", "الجسر الرابع", "غرفة القراءة", "الحدائق"),
    thing=("المصباح", "السلم", "المذياع", "الموقد"),
    weather=("ضباب حتى العاشرة", "مطر خفيف", "شمس دافئة", "ريح باردة"),
    animal=("ثعلب", "بومة", "قنفذ", "قطة كبيرة"),
    food=("خبز طازج", "حساء العدس", "كعك التمر", "زيتون وجبن"),
    lines=(
        "صباح الخير يا جيران. {food} عند الثامنة.",
        "{weather} قرب {place}، والقهوة على النار.",
        "وجدت مفتاحاً صغيراً قرب {place}. من أضاعه فليكتب لي.",
        "شكراً لمن أصلح {thing}. عاد الدرج مضيئاً.",
        "رأيت هذا الصباح قرب {place}: {animal}، بلا استعجال.",
        "من يعيرني {thing} حتى الأحد؟ أعيده ومعه {food}.",
        "الليلة {food} للجميع. تعالوا كما أنتم.",
        "مشيت إلى البيت من {place}. {weather}. لا شكوى.",
    ),
)
TONGUES = {"en": ENGLISH, "es": SPANISH, "de": GERMAN, "ar": ARABIC}
REPLIES = (
    "Same here, about an hour later.",
    "I have one you can borrow. It squeaks.",
    "Count me in, with bread.",
    "It was me. You are welcome.",
    "Was it the fuse?",
    "Lovely. Thank you for writing it down.",
    "I saw it too! It looked at me as if I owed it money.",
    "Tomorrow at four?",
    "Ask Emil, the tool library has two.",
    "This made my morning.",
    "Careful with the third step, it moves.",
    "My mother did it with less salt and more patience.",
    "Put me down for Saturday.",
    "I laughed so loud that the cat left.",
    "Is the other one still at the tool library?",
    "That explains the noise on Tuesday.",
    "Please take a photograph next time.",
    "We should put this on the notice board.",
    "I had the same, and turning it off for a night helped.",
    "You make it sound easy.",
    "Two of us are coming. One eats for three.",
    "Where exactly? I would like to walk by.",
    "Not me, but I wish it had been.",
    "Noted, with thanks and a little envy.",
)
WARNED = (
    ("Hospital, all went well", "Home since noon, with a knee the size of a cabbage."),
    ("Spiders, one, large", "It lives behind the {thing} now. We have an arrangement."),
    ("Film ending", "The dog is fine. That is all I will say. The dog is fine."),
    ("Moaning about work", "Nine meetings. In one of them we planned a tenth."),
)


def filled(line: str, random: Random, tongue: Tongue = ENGLISH) -> str:
    """Return `line` with its blanks filled; a blank with a capital begins a sentence."""
    blanks = {
        name: random.choice(getattr(tongue, name))
        for name in ("thing", "place", "weather", "food", "animal")
    }
    capitals = {name.capitalize(): word[0].upper() + word[1:] for name, word in blanks.items()}
    text = line.format(**blanks, **capitals)
    return text.replace(" a owl", " an owl").replace(" a otter", " an otter")


def post(random: Random, *, language: str = "en", said: Collection[str] = ()) -> str:
    """Return the words of a post that were not `said` before, as far as there are others."""
    tongue = TONGUES[language]
    for _ in range(TRIES_MAX):
        text = filled(random.choice(tongue.lines), random, tongue)
        if text not in said:
            break
    return text


def tagged(text: str, random: Random) -> str:
    """Return the text, one in four with a tag or two."""
    if random.random() >= TAGGED_SHARE:
        return text
    tags = random.sample(TAGS, random.choice((1, 1, 2)))
    return text + "\n\n" + " ".join(f"#{tag}" for tag in tags)


def reply(random: Random) -> str:
    """Return the text of a reply."""
    return random.choice(REPLIES)


def warned(random: Random) -> tuple[str, str]:
    """Return a content warning and the text behind it."""
    warning, text = random.choice(WARNED)
    return warning, filled(text, random)
