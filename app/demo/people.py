"""Who lives in the demo's Riverside: invented names, what they do, where they are from."""

from app.core.records import Record


class Resident(Record):
    """A person of the demo. `note` is their profile's words."""

    handle: str
    name: str
    note: str
    language: str = "en"


# The first six hold offices in the demo, in this order: admin (and founder), treasurer, moderator,
# facilitator, secretary, second admin.
RESIDENTS = (
    Resident("ada", "Ada Sørli", "Keeps the machine warm. Bread, bicycles, backups."),
    Resident("maren", "Maren Okafor", "Treasurer this year. I count things so you need not."),
    Resident("ines", "Ines Duarte", "Moderator. Repairs kettles and arguments."),
    Resident("femi", "Femi Adeyemi", "Facilitator. Soup first, agenda second."),
    Resident("ruth", "Ruth Lindqvist", "Secretary. I write down what we said."),
    Resident("tomasz", "Tomasz Wilk", "Backups, antennas, and a very slow motorbike."),
    Resident("bo", "Bo Nyström", "Radiators, mostly. One page, seven drawings."),
    Resident("kofi", "Kofi Mensah", "Baker. The oven is older than I am."),
    Resident("anneke", "Anneke de Boer", "Pictures of the river, most mornings."),
    Resident("yusuf", "يوسف حداد", "خبز وقهوة وحكايات من الضفة.", "ar"),
    Resident("lucia", "Lucía Prado", "Setas, lluvia y perros mojados.", "es"),
    Resident("wanda", "Wanda Hesse", "Night shifts, day dreams. Greets newcomers."),
    Resident("noor", "Noor Haddad", "Ferry shed, seedlings, timetables."),
    Resident("jonas", "Jonas Brandt", "Schreibt Fahrpläne, liest Wolken.", "de"),
    Resident("mei", "Mei Tanaka", "Maps of places that are not there any more."),
    Resident("oskar", "Oskar Lund", "Carpenter. Measures twice, cuts crooked."),
    Resident("amara", "Amara Nwosu", "Teaches small people large numbers."),
    Resident("pavel", "Pavel Horák", "Choir, bass. The low notes hold the roof."),
    Resident("greta", "Greta Olsen", "Bees. They are well, thank you."),
    Resident("idris", "Idris Bello", "Postman, retired. Still walks the round."),
    Resident("sofia", "Sofia Marchetti", "Allotment nine. Too many courgettes."),
    Resident("liam", "Liam Byrne", "Trains, the smaller the better."),
    Resident("hana", "Hana Novak", "Bookbinder. Ask me about glue."),
    Resident("diego", "Diego Rivas", "Guitarra, bicis y café malo.", "es"),
    Resident("elin", "Elin Sandberg", "Weaves. Counts threads to fall asleep."),
    Resident("marek", "Marek Zielinski", "Locksmith. I open doors for a living."),
    Resident("aisha", "Aisha Rahman", "Doctor on nights, gardener on Sundays."),
    Resident("otto", "Otto Krämer", "Rentner mit zu vielen Schrauben.", "de"),
    Resident("nadia", "Nadia Petrova", "Translator. Commas are a way of life."),
    Resident("finn", "Finn Carlsen", "Boats. Mostly under them."),
    Resident("clara", "Clara Weiss", "Cello and compost."),
    Resident("samir", "Samir Aziz", "Roof gardens and leaking pipes."),
    Resident("ebba", "Ebba Holm", "Clay. Some of it becomes cups."),
    Resident("jun", "Jun Park", "Noodles, noise, neighbourhood radio."),
    Resident("rosa", "Rosa Iglesias", "Biblioteca del barrio, los martes.", "es"),
    Resident("henk", "Henk Visser", "Lock keeper. Literally, the canal one."),
    Resident("tilda", "Tilda Åberg", "Draws birds that hold still."),
    Resident("kwame", "Kwame Boateng", "Football on Thursdays, excuses on Fridays."),
    Resident("irena", "Irena Kovač", "Seamstress. Bring the coat, not the apology."),
    Resident("paul", "Paul Lefèvre", "Old cinema, new bulbs."),
    Resident("zara", "Zara Khan", "Physics at the school, knots at the club."),
    Resident("emil", "Emil Dahl", "Keeps the tool library. Yes, the drill is back."),
    Resident("vera", "Vera Simon", "Chess at the window table."),
    Resident("niko", "Niko Virtanen", "Sauna chemistry, sauna politics."),
    Resident("leila", "Leila Mansour", "أكتب عن المدينة ليلاً.", "ar"),
    Resident("bruno", "Bruno Alves", "Tiles, walls, Sunday lunch."),
    Resident("alma", "Alma Reyes", "Dog walker. The dogs walk me."),
    Resident("stefan", "Stefan Vogel", "Uhren. Sie gehen nach.", "de"),
    Resident("ivy", "Ivy Sinclair", "Weather, and what to wear for it."),
    Resident("rafael", "Rafael Costa", "Cooks for twelve, lives alone."),
    Resident("maja", "Maja Nilsen", "Swims before work. Every day. Yes, today."),
    Resident("omar", "Omar Farouk", "Bicycle courier with opinions on kerbs."),
    Resident("petra", "Petra Lang", "Stadtplanung von unten.", "de"),
    Resident("theo", "Theo Grant", "Records, the black kind."),
    Resident("luna", "Luna Ferrari", "Baby, sleep, repeat."),
    Resident("viktor", "Viktor Balogh", "Mushrooms, but only the ones I know."),
    Resident("esme", "Esme Hart", "Puppets. Not creepy ones."),
    Resident("ravi", "Ravi Menon", "Cricket, curry, commas."),
    Resident("signe", "Signe Berg", "Stonemason. Slow news."),
    Resident("mateo", "Mateo Vidal", "Aprendiz de todo.", "es"),
)
# Joined in the first month, was elected, and moved away before the mandate began.
LEAVER = Resident("cora", "Cora Whitfield", "Collects lost gloves, returns some.")
