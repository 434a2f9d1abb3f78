"""What the demo's people say: sentences with blanks, filled by a seeded choice."""

from random import Random

PLACES = (
    "the weir", "the ferry shed", "the reading room", "the old oven", "bridge four",
    "the allotments", "the tool library", "the window table", "the towpath", "the school yard",
    "the choir loft", "the night bus", "the canal lock", "the market", "the bicycle cellar",
)  # fmt: skip
THINGS = (
    "kettle", "ladder", "lamp", "accordion", "wheelbarrow", "sewing machine", "radio", "stove",
    "bench", "door handle", "rain barrel", "bookcase", "bell", "tent", "soup pot", "map",
)  # fmt: skip
WEATHERS = (
    "fog until ten", "rain with a grudge", "the first frost", "a warm wind from the wrong side",
    "light like milk", "hail, briefly", "a sky without a plan", "sun, of all things",
)  # fmt: skip
ANIMALS = ("heron", "otter", "fox", "owl", "kingfisher", "hedgehog", "very large cat", "moth")
FOODS = (
    "leek soup", "rye bread", "plum cake", "lentils", "too many courgettes", "dumplings",
    "pickled beans", "apple sauce", "flatbread", "chestnuts",
)  # fmt: skip
TAGS = ("river", "repair", "garden", "bread", "books", "choir", "bicycles", "weather", "night")

LINES = {
    "en": (
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
    ),
    "es": (
        "Hoy en el mercado: lluvia, setas y un perro que no era mío.",
        "He arreglado la lámpara. Era el fusible, como siempre.",
        "¿Alguien tiene una escalera hasta el domingo? La devuelvo con pan.",
        "La sopa de esta noche es para doce. Traed cuchara.",
        "Niebla hasta las diez y luego un sol que no se lo creía nadie.",
    ),
    "de": (
        "Der Regen hat heute einen Plan. Ich habe keinen.",
        "Das Radio läuft wieder. Eine Schraube ist übrig, wie immer.",
        "Wer leiht mir bis Sonntag eine Leiter? Es gibt Pflaumenkuchen.",
        "Nebel bis zehn, danach ein Himmel wie frisch gewaschen.",
    ),
    "ar": (
        "صباح الخير يا جيران. الخبز جاهز عند الثامنة.",
        "المطر على الجسر الرابع، والقهوة على النار.",
        "وجدت مفتاحاً صغيراً قرب السوق. من أضاعه فليكتب لي.",
        "شكراً لمن أصلح المصباح. عاد الدرج مضيئاً.",
    ),
}
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
)
WARNED = (
    ("Hospital, all went well", "Home since noon, with a knee the size of a cabbage."),
    ("Spiders, one, large", "It lives behind the {thing} now. We have an arrangement."),
    ("Film ending", "The dog is fine. That is all I will say. The dog is fine."),
    ("Moaning about work", "Nine meetings. In one of them we planned a tenth."),
)


def filled(line: str, random: Random) -> str:
    """Return `line` with its blanks filled."""
    thing, place = random.choice(THINGS), random.choice(PLACES)
    weather, food, animal = (random.choice(x) for x in (WEATHERS, FOODS, ANIMALS))
    text = line.format(
        thing=thing,
        place=place,
        weather=weather,
        Weather=weather[0].upper() + weather[1:],
        food=food,
        Food=food[0].upper() + food[1:],
        animal=animal,
    )
    return text.replace(" a owl", " an owl").replace(" a otter", " an otter")


def post(random: Random, *, language: str = "en") -> str:
    """Return the text of a post, one in four with a tag or two."""
    text = filled(random.choice(LINES[language]), random)
    if random.random() < 0.25:
        tags = random.sample(TAGS, random.choice((1, 1, 2)))
        text += "\n\n" + " ".join(f"#{tag}" for tag in tags)
    return text


def reply(random: Random) -> str:
    """Return the text of a reply."""
    return random.choice(REPLIES)


def warned(random: Random) -> tuple[str, str]:
    """Return a content warning and the text behind it."""
    warning, text = random.choice(WARNED)
    return warning, filled(text, random)
