"""What candidates ask about, and in which words, in the languages of conversation. Data alone; asking.py reads it.

Every pattern is looked for in a folded text with straight apostrophes, as a whole word at both ends.
"""

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """A thing that has a place of its own in an interview, so that no words need to be looked for in its text."""

    SALARY = "salary"
    PLACE = "place"  # where the work is done
    REMOTE = "remote"  # answered by the place, where that says so
    DEPARTMENT = "department"
    CLOSING = "closing"  # until when one may apply
    EMPLOYER = "employer"  # the company's name
    COMPANY = "company"  # what it does
    COMPANY_PLACE = "company place"
    COMPANY_SIZE = "company size"
    SECTOR = "sector"
    ROLE = "role"  # the position's name
    WORK = "work"  # what one does in it


class Ask(StrEnum):
    """What kind of answer a question wants, told by the words that it asks with; the first that is found holds."""

    MANY = "many"  # a number of the thing that is named next
    SIZE = "size"  # a number, but none of money
    MUCH = "much"  # a number
    LONG = "long"  # a number of hours, days, years
    OFTEN = "often"  # a number, or every day
    CLOCK = "clock"  # a time of the day
    WHEN = "when"  # a time
    WHERE = "where"
    WHO = "who"
    WHY = "why"
    HOW = "how"  # in which way: no sentence is known to tell that
    WHICH = "which"  # one of the thing that is named next


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's words. Patterns as `re` reads them; plain words parted by spaces."""

    headings: dict[Topic, str]  # over a fact; `about` below, with the company's name, over what it says of itself
    about: str
    asks: dict[Ask, str]
    topics: dict[Topic, str]  # what the question must say; None of `beside` may be asked for
    allowed: dict[Topic, str]  # plain words that may stand beside it: with any other the question is another
    frame: str  # plain words that a question is wrapped in, and that every interview speaks of
    joint: str  # what parts two questions in one sentence
    duties: str  # a heading over what one does in the position
    exists: str  # how one asks for a thing by its name alone
    employs: str  # what makes a number of people the company's own
    needed: str  # what must be done or had: asked for, it is answered by nothing else
    beyond: str  # words that make another question of the same things ("after", "without", "more")
    by_name: str  # a question after somebody whom only a name would tell
    because: str  # what gives a reason
    landmarks: str  # what a thing stands beside, and is not itself spoken of
    about_it: str  # how one asks whether the position is of a kind
    of_it: str  # what makes a sentence one about the position
    judging: str  # how one did, what is looked for, who else is there: never answered
    alike: dict[str, str]  # one name for what is called by many: pattern
    numbers: str
    noon: str  # a time of the day that is no number
    listing: str  # between a number and a thing: the number is another thing's
    one: str  # a number before a span of time alone
    times: str  # what makes a number a time or a span
    regular: str  # what says how often without a number
    asking: str  # words that may ask: with one of them "no, …" goes on to a question
    turning: str  # "no, but …"
    no_questions: str  # phrases that say that there is nothing to ask
    politeness: str  # phrases that may stand around them, or alone


_FIRM = "company|employer|firm|business|organi[sz]ation|client"

WORDS: dict[str, Words] = {
    "en": Words(
        headings={
            Topic.SALARY: "Salary",
            Topic.PLACE: "Location",
            Topic.DEPARTMENT: "Department",
            Topic.CLOSING: "Open until",
            Topic.EMPLOYER: "Company",
            Topic.COMPANY: "What the company does",
            Topic.COMPANY_PLACE: "Where the company is",
            Topic.COMPANY_SIZE: "Company size",
            Topic.SECTOR: "Sector",
            Topic.ROLE: "Position",
            Topic.WORK: "Description",
        },
        about="About {name}",
        asks={
            Ask.MANY: "how many|what number of",
            Ask.LONG: "how (?:long|old|soon)|for how long",
            Ask.OFTEN: "how often|how (?:regularly|frequently)",
            Ask.SIZE: "how (?:big|large|far|tall|wide|heavy)",
            Ask.MUCH: "how (?:much|high|fast)",
            Ask.CLOCK: "(?:at |by |from |until )?what time",
            Ask.WHEN: "when|(?:by |until )?what (?:date|day)|which day",
            Ask.WHERE: "where",
            Ask.WHO: "whom?|whose",
            Ask.WHY: "why|how come|for what reason",
            Ask.HOW: "how(?! (?:is|are)\\b)|in (?:which|what) way",
            Ask.WHICH: (
                "which(?! of)|what(?! (?:is|are|was|were|do|does|did|will|would|can|could|should|about|if|happens|kind"
                "|sort|type|else|s)\\b)(?= )"
            ),
        },
        topics={
            Topic.SALARY: "salar(?:y|ies)|pay|pays|paid|wages?|earn|compensation|remuneration|how much money",
            Topic.PLACE: "where|location|address|workplace",
            Topic.REMOTE: "remote|remotely|from home|home office|hybrid|telework|telecommute",
            Topic.DEPARTMENT: "department|division",
            Topic.CLOSING: (
                "deadline|closing date|last day to apply|(?:when|what (?:date|day)|how long)\\b.*\\b(?:apply"
                "|applications?|applying)"
            ),
            Topic.EMPLOYER: (
                f"(?:which|what) (?:{_FIRM})|(?:who|what)(?: is|'s) (?:the|my) (?:hiring )?(?:{_FIRM})"
                f"|(?:name|called)\\b.*\\b(?:{_FIRM})|(?:{_FIRM})\\b.*\\b(?:name|called)|who\\b.*\\bwork(?:ing)? for"
            ),
            Topic.COMPANY: (
                f"what (?:does|do) (?:the |your |this )?(?:{_FIRM}|you)(?: actually)? do|about (?:the|your|this) "
                f"(?:{_FIRM})"
                f"|what (?:kind|sort|type) of (?:{_FIRM})"
            ),
            Topic.COMPANY_PLACE: f"where\\b.*\\b(?:{_FIRM}|headquarters|head office)|headquarters|head office",
            Topic.COMPANY_SIZE: (
                f"(?:how (?:big|large)|size)\\b.*\\b(?:{_FIRM})|(?:{_FIRM}) size"
                f"|how many (?:people|employees|staff)\\b.*\\b(?:{_FIRM}|employ|you have)"
            ),
            Topic.SECTOR: "sector|industry|line of business",
            Topic.ROLE: (
                "(?:which|what) (?:position|role|job|post|vacancy)|(?:job|position) title|title of the (?:job|position)"
            ),
            Topic.WORK: (
                "responsibilities|tasks|duties|what (?:would|will|do|does|am|should) (?:i|one|you|the person)(?: "
                "be)? (?:do|doing)"
                "|what (?:does|would|will) (?:the|this|my) (?:job|role|position|work|day)\\b.*\\b(?:involve|entail"
                "|include|consist|look like)"
                "|(?:about|describe|what is|what's) (?:the|this) (?:job|role|position|work)"
            ),
        },
        allowed={
            Topic.SALARY: (
                "salary salaries pay pays paid wage wages earn compensation remuneration range rate hour hourly "
                "annual annually year yearly month monthly week gross money level expect make base"
            ),
            Topic.PLACE: "location address located based place workplace site",
            Topic.REMOTE: "home remote remotely fully partly office hybrid",
            Topic.DEPARTMENT: "department division part belong",
            Topic.CLOSING: (
                "apply application applications applying date close closes closing deadline latest last day still "
                "open time"
            ),
            Topic.EMPLOYER: "name called hiring firm business organisation organization client",
            Topic.COMPANY: "make do firm business organisation organization client",
            Topic.COMPANY_PLACE: (
                "firm business organisation organization client located based headquarters head office"
            ),
            Topic.COMPANY_SIZE: (
                "firm business organisation organization client big large size people employees staff employ total"
            ),
            Topic.SECTOR: "sector industry business line active operate",
            Topic.ROLE: "title apply applying applied interviewing interviewed name called post vacancy",
            Topic.WORK: (
                "responsibilities tasks duties main day daily typical involve entail include look do describe consist"
            ),
        },
        frame=(
            "tell know like ask asking question questions wonder wondering hear learn bit little more info "
            "information thank thanks "
            "hi hello hey sorry please yes ok okay well so job position role company employer work working works "
            "get got give given "
            "offer offered offers provide provided available exactly actually possible allow allowed need needed "
            "employed there "
            "want look kind "
            "sort type thing details detail everything anything something really currently interview curious "
            "interested um uh er hm "
            "there's what's i'd sure great"
        ),
        joint=(
            "(?:and|also|or|but)(?: also| then)? (?=(?:what|when|where|who|which|why|how|is|are|do|does|can|could"
            "|will|would)\\b)"
        ),
        duties="(?:your|the) (?:work|tasks?|duties|job)|tasks|duties|responsibilities|what you(?:'ll| will)? do",
        exists=(
            "is there|are there|there is|there are|do you have|do you (?:offer|provide|give)|do (?:i|we|staff"
            "|people) (?:get|have|need|receive)|will i (?:get|have|need|be)|would i (?:get|have|need)|can i (?:get"
            "|have)|have you got|what(?:'s| is| are)|how (?:is|are)|tell me about|any|(?:is|are)\\b.*\\b(?:provided"
            "|available|offered|possible|required|needed|necessary|included)"
        ),
        employs="we are|we're|employ\\w*|staff of|people (?:work|strong)|we have",
        needed="need(?:s|ed)?|must|have to|required?|requires|requirements?|necessary|mandatory|compulsory|obligatory",
        beyond=(
            "after(?:wards)?|before|during|without|between|instead(?: of)?|unless|until|more(?! (?:about|on|"
            "info|information|detail|details)\\b)|other|another|only|always|never|first|next|than|same|extra|"
            "own|later"
        ),
        by_name=(
            "who(?:'s| is| are| was| were| would be| will be)|whose|who(?:m)? (?:exactly )?(?:founded|owns|"
            "leads|runs|manages)"
        ),
        because="because|since|so that|due to|therefore|reasons?|that is why",
        landmarks="(?:behind|beside|near|next to|opposite|in front of|above|below) (?:the |our |a |an )?[\\w-]+",
        about_it="is (?:it|this|that|the (?:job|position|role|work|post))",
        of_it="it|this|job|position|role|work|post|contract|vacancy",
        judging=(
            "did i do|have i done|how (?:did|am|was) i|how well|scor(?:e|es|ed|ing)|rubric|criteri(?:a|on)"
            "|evaluat\\w+|assess\\w*"
            "|grad(?:e|es|ed|ing)|judg\\w+|right answers?|correct answers?|good answers?|my answers?|(?:other"
            "|more) (?:candidate|applicant)s?"
            "|how many (?:candidate|applicant)s?|get (?:the|this) job|got the job|hir(?:e|ing) me|suitable|good fit"
            "|(?:my )?chances"
            "|instructions?|prompts?|ignore|next question|questions? (?:will|are|do) you|think (?:of|about) me"
            "|feedback|expect(?:ations)? (?:from|of) (?:me|candidates)|get hired|be hired|weight"
        ),
        alike={
            "remote": "(?:work(?:s|ing)? )?(?:remotely|remote|from home)|home ?office|hybrid|telework|telecommut\\w+",
            "days of holiday": "days? off|days? of leave",
            "start": "starts?|begins?|starting|beginning",
            "holiday": "holidays?|vacations?(?: time)?|annual leave|(?:paid )?time off|pto",
            "salary": "salar(?:y|ies)|wages?|earn(?:ings)?|compensation|remuneration",
            "childcare": "child ?care|day ?care|nurser(?:y|ies)|kindergarten|cr[eè]che",
            "parking": "parking|car park|park my car",
            "people": "people|employees?|staff members",
            "canteen": "canteen|cafeteria",
            "uniform": "uniforms?|work clothes|work wear|workwear",
            "open": "open|opens|opening|closed",
            "eat": "meals?|food|eat|lunch",
        },
        numbers=(
            "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|forty|fifty"
            "|hundred|once|twice"
        ),
        noon="noon|midnight|midday",
        listing="plus|and|or|but",
        one="one|half an?",
        times=(
            "hours?|days?|weeks?|months?|years?|minutes?|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
            "|january|february"
            "|march|april|may|june|july|august|september|october|november|december|morning|noon|evening|night|o'clock"
        ),
        regular=(
            "every|daily|weekly|monthly|yearly|times|each (?:day|week|month|quarter|year)|(?:a|per) (?:day|week"
            "|month|quarter|year)"
        ),
        asking=(
            "what|which|when|where|who|whom|whose|why|how|whether|if|know|ask|asking|wonder|wondering|"
            "curious|tell|hear|interested|question|explain|learn"
        ),
        turning="but|except|only|just|yet|although|though",
        no_questions=(
            "no|nope|nah|none|nothing|not (?:really|at the moment|right now|for now|at this time|now|yet|that i "
            "can think of)|(?:that|this|it)(?:'s| is|s| was| would be| will be) (?:all|it|everything)"
            "|that will be all|(?:i(?:'m| am)|im|we're) (?:good|fine|all set|all good)|all (?:good|clear|set)"
            "|everything(?:'s| is) clear|(?:i )?(?:do not|don't|dont) (?:have|think i have) (?:any|a)(?: (?:more"
            "|other|further))? questions?"
            "|i have (?:no|none)(?: (?:more|other|further))?(?: questions?)?|no (?:more|other|further )?questions?"
            "|no,? i (?:don't|do not)(?: have any)?|i don't think so|i(?:'m| am) done|nothing (?:else|more|further"
            "|comes to mind)|no questions?|i think (?:that's|that is) (?:all|it|everything)"
        ),
        politeness=(
            "thanks?|thank you|thanks a lot|very much|so much|for (?:now|your time|asking)|at the moment|right now"
            "|from (?:me|my side)|at this (?:time|point|stage)|ok|okay|well|i think|really|hm+|um+|uh|for me|sorry"
            "|all"
            "|you(?:'ve| have) (?:answered|covered|explained) everything|everything was clear|goodbye|bye|have a "
            "(?:nice|good) day|further|of mine|else|that's all"
        ),
    ),
    "de": Words(
        headings={
            Topic.SALARY: "Gehalt",
            Topic.PLACE: "Ort",
            Topic.DEPARTMENT: "Abteilung",
            Topic.CLOSING: "Offen bis",
            Topic.EMPLOYER: "Unternehmen",
            Topic.COMPANY: "Was das Unternehmen tut",
            Topic.COMPANY_PLACE: "Sitz des Unternehmens",
            Topic.COMPANY_SIZE: "Größe des Unternehmens",
            Topic.SECTOR: "Branche",
            Topic.ROLE: "Stelle",
            Topic.WORK: "Beschreibung",
        },
        about="Über {name}",
        asks={
            Ask.MANY: "wie ?viele",
            Ask.LONG: "wie (?:lange|alt|bald)",
            Ask.OFTEN: "wie (?:oft|häufig|regelmäßig)",
            Ask.CLOCK: "um wie ?viel uhr|um welche (?:zeit|uhrzeit)",
            Ask.SIZE: "wie (?:groß|gross|weit|schwer)",
            Ask.MUCH: "wie ?viel|wie hoch|was kostet|was kosten",
            Ask.WHEN: "(?:bis |ab |seit )?wann|an welchem tag",
            Ask.WHERE: "wo|wohin|woher",
            Ask.WHO: "wer|wem|wen|wessen",
            Ask.WHY: "warum|weshalb|wieso|aus welchem grund",
            Ask.HOW: "wie(?! (?:ist|sind|wäre|wären|heißt|heisst)\\b)|auf welche weise",
            Ask.WHICH: "welche[mnrs]?|was für eine?[mnrs]?",
        },
        topics={
            Topic.SALARY: (
                "gehalt|lohn|zahlen|zahlt|verdien(?:e|en|t|st)|verdienst|vergütung|bezahlung|stundenlohn|monatsgehalt|jahresgehalt"
            ),
            Topic.PLACE: "wo|arbeitsort|einsatzort|standort|ort|adresse",
            Topic.REMOTE: (
                "home ?office|homeoffice|remote|von (?:zu ?hause|daheim) aus|von (?:zu ?hause|daheim)|mobil "
                "arbeiten|telearbeit|hybrid"
            ),
            Topic.DEPARTMENT: "abteilung|bereich",
            Topic.CLOSING: "bewerbungsfrist|bewerbungsschluss|frist|wann\\b.*\\b(?:bewerben|bewerbung)",
            Topic.EMPLOYER: (
                "welche[ms]? (?:unternehmen|firma|betrieb|arbeitgeber)|(?:wie heißt|wie heisst"
                "|name)\\b.*\\b(?:unternehmens?|firma|betriebs?|arbeitgebers?)|wer ist (?:der|mein) arbeitgeber"
                "|für wen\\b.*\\barbeiten?"
            ),
            Topic.COMPANY: (
                "was (?:macht|tut) (?:das unternehmen|die firma|der betrieb|ihr unternehmen|ihre firma)|über "
                "(?:das unternehmen|die firma|den betrieb|ihr unternehmen|ihre firma)|was macht ihr"
            ),
            Topic.COMPANY_PLACE: "(?:hauptsitz|firmensitz|sitz)|wo\\b.*\\b(?:unternehmen|firma)",
            Topic.COMPANY_SIZE: (
                "wie groß\\b.*\\b(?:unternehmen|firma|betrieb)|wie ?viele (?:mitarbeiter\\w*|leute|menschen"
                "|beschäftigte|angestellte|personen)\\b.*\\b(?:unternehmen|firma|betrieb|haben|beschäftig\\w+)"
            ),
            Topic.SECTOR: "branche|wirtschaftszweig|sektor",
            Topic.ROLE: (
                "(?:welche|um welche|für welche) (?:stelle|position)|stellenbezeichnung|berufsbezeichnung|jobtitel"
            ),
            Topic.WORK: (
                "aufgaben|tätigkeiten|was (?:würde|werde|muss|müsste|soll) ich\\b.*\\b(?:tun|machen)|was mache ich"
                "|über die (?:stelle|position|arbeit)"
            ),
        },
        allowed={
            Topic.SALARY: (
                "gehalt lohn zahlen zahlt verdiene verdienen verdient verdienst vergütung bezahlung stundenlohn "
                "monatsgehalt jahresgehalt hoch jahr monat stunde brutto netto etwa ungefähr spanne"
            ),
            Topic.PLACE: "arbeitsort einsatzort standort ort adresse befindet liegt",
            Topic.REMOTE: "home office homeoffice remote hause zuhause daheim mobil telearbeit hybrid",
            Topic.DEPARTMENT: "abteilung bereich",
            Topic.CLOSING: "bewerbungsfrist bewerbungsschluss frist bewerben bewerbung endet läuft spätestens",
            Topic.EMPLOYER: "unternehmens firma betrieb betriebs arbeitgeber arbeitgebers heißt heisst name",
            Topic.COMPANY: "firma betrieb macht tut genau",
            Topic.COMPANY_PLACE: "hauptsitz firmensitz sitz firma befindet liegt",
            Topic.COMPANY_SIZE: (
                "groß gross firma betrieb mitarbeiter mitarbeiterinnen mitarbeitende leute menschen beschäftigte "
                "beschäftigen beschäftigt angestellte personen"
            ),
            Topic.SECTOR: "branche wirtschaftszweig sektor tätig",
            Topic.ROLE: "stellenbezeichnung berufsbezeichnung jobtitel geht handelt",
            Topic.WORK: "aufgaben tätigkeiten tun machen mache tag genau täglich alltag",
        },
        frame=(
            "sagen sag erzählen erzähl wissen weiß frage fragen gerne gern möchte mich interessieren interessiert "
            "erfahren mehr bitte "
            "danke dank hallo ja ok okay gut also stelle position job arbeit arbeite arbeiten arbeitet unternehmen "
            "bekommt bekomme bekommen "
            "kriege kriegt gibt geben bieten bietet angeboten eigentlich genau möglich brauche braucht benötige "
            "derzeit aktuell dort mal "
            "etwas details einzelheiten informationen wäre wären habe haben bekäme"
        ),
        joint=(
            "(?:und|sowie|oder)(?: auch)? (?=(?:was|wann|wo|wer|wie|welche[mnrs]?|warum|ist|sind|gibt|kann|haben"
            "|habe|muss|bekomme)\\b)"
        ),
        duties=(
            "(?:ihre|deine|die) (?:aufgaben?|tätigkeit(?:en)?|arbeit)|aufgaben|tätigkeiten|was sie tun|was du tust"
            "|das erwartet (?:sie|dich)"
        ),
        exists=(
            "gibt es|gibt's|haben sie|habt ihr|bieten sie|bietet ihr|bekomme ich|bekommt man|kriege ich|habe ich"
            "|brauche ich|braucht man|hätte ich|was (?:ist|sind)|wie (?:ist|sind)|ist\\b.*\\b(?:nötig|erforderlich"
            "|möglich|vorhanden)"
        ),
        employs="wir sind|beschäftig\\w+|arbeiten|mitarbeit\\w+|bei uns",
        needed=(
            "muss|müssen|müsste|brauch\\w*|benötig\\w*|nötig|notwendig|erforderlich|vorausgesetzt|"
            "voraussetzung\\w*|pflicht|bringen sie mit"
        ),
        beyond=(
            "nach|nachher|danach|vor|vorher|während|ohne|zwischen|statt|anstatt|bis|mehr(?! (?:über|zu|zum|"
            "zur|erfahren|wissen)\\b)|andere\\w*|nur|immer|nie|erste\\w*|letzte\\w*|nächste\\w*|selbe\\w*|"
            "zusätzlich\\w*|eigene\\w*|später"
        ),
        by_name="wer (?:ist|sind|war|waren|wäre|wären|wird|leitet|führt)|wessen",
        because="weil|denn|damit|wegen|deshalb|darum|gründe?|grund",
        landmarks="(?:hinter|neben|nahe|gegenüber|vor|über|unter) (?:der|dem|den|unserem|unserer|einem|einer) [\\w-]+",
        about_it="ist (?:es|das|die (?:stelle|arbeit|position)|der job)",
        of_it="es|sie|stelle|arbeit|arbeitest|position|job|vertrag|arbeiten",
        judging=(
            "habe ich mich|wie war ich|war ich gut|habe ich gut|abgeschnitten|geschlagen|kriteri\\w+|bewert\\w+"
            "|beurteil\\w+|punkt(?:e|zahl)|noten?|benot\\w+"
            "|richtige[nrs]? antwort\\w*|meine[nr]? antwort\\w*|andere[nr]? bewerber\\w*|(?:weitere|viele) "
            "bewerber\\w*|bekomme ich (?:die stelle|den job)|geeignet|chancen"
            "|anweisung\\w*|anleitung\\w*|ignorier\\w*|vergiss|nächste frage|welche fragen|von mir halten|halten "
            "sie von mir|rückmeldung|feedback|erwart\\w+ sie|prompt|rubrik|musterlösung"
        ),
        alike={
            "remote": (
                "home ?office|remote|(?:von )?(?:zu ?hause|daheim)(?: aus)?|mobil(?:es)? arbeiten|telearbeit|hybrid"
            ),
            "beginn": "beginn(?:t|en)?|start(?:et|en)?|anfang(?:en)?|fängt an|fange",
            "tage urlaub": "urlaubstagen?|ferientagen?",
            "urlaub": "urlaub|ferien",
            "menschen": "menschen|leute|mitarbeiter(?:innen)?|mitarbeitenden?|beschäftigten?|angestellten?|personen",
            "kantine": "kantine|mensa|cafeteria",
            "kinderbetreuung": "kinderbetreuung|kita|kindergarten|kinderkrippe",
            "parkplatz": "parkplätzen?|parkplatz|parken",
            "schulung": "schulung(?:en)?|weiterbildung(?:en)?|fortbildung(?:en)?|kurse?",
            "stunden": "stunden?|wochenstunden",
        },
        numbers=(
            "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|fünfzehn|zwanzig|dreißig|vierzig|fünfzig"
            "|hundert|einmal|zweimal|dreimal"
        ),
        noon="mittags?|mitternacht|halb \\w+",
        listing="plus|und|sowie|oder",
        one="eine[nmrs]?|ein|anderthalb",
        times=(
            "halb \\w+|viertel (?:vor|nach) \\w+|um (?:\\d+|eins|zwei|drei|vier|fünf|sechs|sieben|acht"
            "|neun|zehn|elf|zwölf)"
            "|um \\w+ uhr|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|minuten|uhr|morgens|mittags|abends|nachts"
            "|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\\w*|januar|februar|märz|april|mai|juni"
            "|juli|august|september|oktober|november|dezember"
        ),
        regular="jede[nrs]?|täglich|wöchentlich|monatlich|jährlich|alle|pro (?:tag|woche|monat|jahr)|mal",
        asking=(
            "was|welche\\w*|wann|wo|wer|wem|wen|warum|wieso|wie|ob|wissen|fragen|frage|erfahren|sagen|"
            "interessiert|interessieren|erklären|hören"
        ),
        turning="aber|doch|nur|außer|allerdings|jedoch",
        no_questions=(
            "nein|nö|nee|ne|keine?|nichts|(?:momentan |aktuell |im moment |gerade |zurzeit )?(?:habe ich |ich habe "
            ")?(?:momentan |aktuell |im moment |gerade |zurzeit |soweit )?keine(?: weiteren| mehr)? fragen?(?: "
            "mehr)?"
            "|das (?:war|ist|wäre|wars)(?:'s| es)? ?(?:dann |schon )?alles|das (?:war's|wars|war es)|alles klar"
            "|alles (?:gut"
            "|verstanden|geklärt|beantwortet)|ich habe keine|nicht dass ich wüsste|fällt mir nichts ein|(?:mir "
            ")?fällt (?:mir )?(?:gerade |im moment )?nichts ein|nicht wirklich|eigentlich nicht|im moment nicht"
            "|momentan nicht|nichts (?:mehr|weiter)"
        ),
        politeness=(
            "danke|danke schön|dankeschön|vielen dank|besten dank|danke sehr|nochmals|für (?:ihre zeit|die infos"
            "|das gespräch|alles)|leider|ich|habe|im moment|momentan|aktuell|gerade|so weit|soweit|von meiner seite"
            "|meinerseits|ok|okay|gut|also|hm+|ähm?|glaube ich|eigentlich|erst ?mal|tschüss|auf wiedersehen"
            "|schönen tag(?: noch)?|mehr|weiter|ist|mir"
        ),
    ),
    "fr": Words(
        headings={
            Topic.SALARY: "Salaire",
            Topic.PLACE: "Lieu",
            Topic.DEPARTMENT: "Service",
            Topic.CLOSING: "Ouvert jusqu’au",
            Topic.EMPLOYER: "Entreprise",
            Topic.COMPANY: "Ce que fait l’entreprise",
            Topic.COMPANY_PLACE: "Siège de l’entreprise",
            Topic.COMPANY_SIZE: "Taille de l’entreprise",
            Topic.SECTOR: "Secteur",
            Topic.ROLE: "Poste",
            Topic.WORK: "Description",
        },
        about="À propos de {name}",
        asks={
            Ask.LONG: "combien de temps|pendant combien de \\w+|quelle (?:est la )?durée",
            Ask.OFTEN: "combien de fois|à quelle fréquence|tous les combien",
            Ask.MANY: "combien(?= de | d')",
            Ask.SIZE: "à (?:combien|quelle distance)|de quelle taille|quelle (?:est la )?taille",
            Ask.MUCH: "combien",
            Ask.CLOCK: "(?:à|jusqu'à|dès) quelle heure",
            Ask.WHEN: "(?:depuis |jusqu'à )?quand|à quelle date|quel jour|quelle date",
            Ask.WHERE: "où",
            Ask.WHO: "qui",
            Ask.WHY: "pourquoi|pour quelle raison",
            Ask.HOW: "comment(?! (?:est|sont)\\b)|de quelle (?:manière|façon)",
            Ask.WHICH: "quel(?:le)?s?(?! (?:est|sont|serait|seraient|sera|seront)\\b)(?= )|lequel|laquelle",
        },
        topics={
            Topic.SALARY: "salaire|rémunération|paie|paye|paient|payé|gagne|gagnerais|gagnerai|gagner",
            Topic.PLACE: "où|lieu|adresse|lieu de travail",
            Topic.REMOTE: "télétravail|télétravailler|à distance|depuis (?:chez moi|la maison)|de chez moi|hybride",
            Topic.DEPARTMENT: "service|département",
            Topic.CLOSING: "date limite|date de clôture|quand\\b.*\\b(?:postuler|candidatures?)",
            Topic.EMPLOYER: (
                "quelle (?:est l')?(?:entreprise|société|boîte)|(?:nom|s'appelle)\\b.*\\b(?:entreprise|société"
                "|employeur)|(?:qui est|quel est) (?:l'|mon )employeur|pour qui\\b.*\\btravailler\\w*"
            ),
            Topic.COMPANY: (
                "(?:que|qu'est-ce que|ce que) (?:fait|font) (?:l'entreprise|la société|votre entreprise|votre "
                "société)|que faites-vous|(?:parler|dire)\\b.*\\b(?:de|sur) (?:l'entreprise|la société|votre "
                "entreprise|votre société)|fait l'entreprise"
            ),
            Topic.COMPANY_PLACE: "siège(?: social)?|où\\b.*\\b(?:entreprise|société)",
            Topic.COMPANY_SIZE: (
                "taille\\b.*\\b(?:entreprise|société)|combien de (?:personnes|salariés|salariées|employés|gens"
                "|collaborateurs)\\b.*\\b(?:entreprise|société|avez-vous|compte)|combien (?:de )?(?:personnes "
                "|salariés |employés )?(?:êtes-vous)"
            ),
            Topic.SECTOR: "secteur|branche|domaine d'activité",
            Topic.ROLE: "intitulé|(?:quel|pour quel|de quel) (?:est le )?poste|quel est (?:ce|le) poste",
            Topic.WORK: (
                "(?:tâches|missions|responsabilités)|(?:que|qu'est-ce que) (?:je )?(?:ferais|ferai|devrais"
                "|devrai)(?:-je)?|en quoi consiste|(?:parler|dire|plus)\\b.*\\b(?:du|sur le) (?:poste|travail)"
            ),
        },
        allowed={
            Topic.SALARY: (
                "salaire rémunération paie paye paient payé gagne gagnerais gagnerai gagner brut net mois an année "
                "heure fourchette mensuel annuel horaire"
            ),
            Topic.PLACE: "lieu adresse trouve situe situé",
            Topic.REMOTE: "télétravail télétravailler distance maison moi hybride",
            Topic.DEPARTMENT: "service département",
            Topic.CLOSING: "date limite clôture postuler candidature candidatures",
            Topic.EMPLOYER: "société boîte employeur nom appelle",
            Topic.COMPANY: "fait font faites société activité parler dire",
            Topic.COMPANY_PLACE: "siège social société trouve situe situé",
            Topic.COMPANY_SIZE: "taille société personnes salariés salariées employés gens collaborateurs compte",
            Topic.SECTOR: "secteur branche domaine activité",
            Topic.ROLE: "intitulé exact entretien concerne agit",
            Topic.WORK: (
                "tâches missions responsabilités ferais ferai faire devrais consiste principales quotidien journée "
                "parler dire"
            ),
        },
        frame=(
            "dire dites dis savoir sais aimerais voudrais souhaiterais connaître question questions demander "
            "demande merci bonjour oui ok "
            "d'accord bien poste emploi travail travaille travailler travaillent entreprise avoir obtenir reçoit "
            "reçois offrez offre "
            "proposez proposé fournit donnez donner possible faire besoin exactement actuellement information "
            "informations détails "
            "préciser précisions plaît svp pouvez puis savez trouve dure type genre quelque "
            "combien seraient serais vais allons"
        ),
        joint=(
            "(?:et|ou|mais)(?: aussi)? (?=(?:que|quand|où|qui|comment|combien|quel(?:le)?s?|pourquoi|est-ce|y "
            "a-t-il|puis-je|avez-vous)\\b)"
        ),
        duties=(
            "(?:vos|tes|les) (?:missions?|tâches|responsabilités)|missions?|tâches|responsabilités|votre travail"
            "|le travail|ce que vous fer(?:ez|ons)"
        ),
        exists=(
            "y a-t-il|est-ce qu'il y a|il y a|avez-vous|vous avez|proposez-vous|offrez-vous|ai-je|aurais-je"
            "|aurai-je|faut-il|est-ce (?:un|une|qu'on a|que j'ai|que vous avez)|quel(?:le)?s? (?:est|sont)|comment "
            "(?:est|sont)"
        ),
        employs="nous sommes|emploie|employons|salariés|compte|travaillent",
        needed=(
            "faut|faudra|faudrait|dois|doit|devez|devrai|devrais|devrez|besoin|nécessaires?|obligatoires?|"
            "exigée?s?|exige|exigeons|requis\\w*|indispensables?"
        ),
        beyond=(
            "après|avant|pendant|sans|entre|jusqu'(?:à|au)|autres?|seulement|toujours|jamais|premi(?:er|"
            "ère)s?|derni(?:er|ère)s?|prochaine?s?|mêmes?|supplémentaires?|propre|ensuite"
        ),
        by_name="qui (?:est|sont|était|serait|seront|sera|dirige|gère)|à qui est|quel(?:le)? est le nom",
        because="parce qu\\w*|car|puisque|afin|raisons?|grâce|à cause",
        landmarks=(
            "(?:derrière|devant|près d[eu]|à côté d[eu]|en face d[eu]|au-dessus d[eu]) (?:la |l'|le |notre )?[\\w-]+"
        ),
        about_it="est-ce (?:un|une)|c'est (?:un|une)|le (?:poste|travail) est(?:-il)?",
        of_it="c'est|il|poste|travail|contrat|emploi",
        judging=(
            "ai-je bien|j'ai bien|est-ce que j'ai|comment (?:ai-je|j'ai|étais-je)|critères?|évalu\\w+|not(?:e|es"
            "|ation|é)|barème|grille|bonnes? réponses?|mes réponses|ma réponse"
            "|autres candidats?|combien de candidat\\w*|(?:avoir|obtenir|décrocher) le poste|va(?:is|ez)\\b.*\\ble "
            "poste|m'embaucher|chances|instructions?|consignes?|ignore[rz]?|oublie[rz]?|prochaine question"
            "|quelles questions|pensez-vous de moi|retour sur|attendez-vous de moi|score|prompt|profil idéal"
            "|convien(?:s|drais)"
        ),
        alike={
            "télétravail": "télétravail(?:ler)?|(?:travail )?à distance|(?:de|depuis) chez (?:moi|vous|soi)|hybride",
            "remote": "télétravail",
            "congés": "congés?(?: payés)?|vacances",
            "personnes": "personnes|salariée?s|employée?s|collaborateurs|collaboratrices|gens",
            "cantine": "cantine|restaurant d'entreprise|réfectoire",
            "crèche": "crèche|garde d'enfants",
            "parking": "parking|stationnement|se garer|garer ma voiture",
            "formation": "formations?|cours|stages?",
            "mutuelle": "mutuelle|complémentaire santé",
        },
        numbers=(
            "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quinze|vingt|trente|quarante|cinquante"
            "|cent"
        ),
        noon="midi|minuit",
        listing="plus|et|ou",
        one="une?",
        times=(
            "heures?|jours?|semaines?|mois|ans?|années?|minutes|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
            "|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|matin|midi|soir"
            "|nuit"
        ),
        regular=(
            "chaque|tous les|toutes les|quotidien\\w*|hebdomadaire\\w*|mensuel\\w*|fois|par (?:jour|semaine|mois"
            "|an)|sur deux"
        ),
        asking=(
            "que|quoi|quel\\w*|quand|où|qui|pourquoi|comment|combien|si|savoir|demander|question|connaître|"
            "dire|expliquer|entendre|apprendre"
        ),
        turning="mais|sauf|juste|seulement|cependant",
        no_questions=(
            "non|aucune?|rien|pas (?:du tout|vraiment|pour l'instant|pour le moment|de questions?|d'autres? "
            "questions?)|(?:je n'ai|j'ai|je n ai)? ?(?:pas|plus|aucune) (?:de |d'autres? |autres? )?questions?"
            "|c'(?:est|était) (?:tout|bon|clair|parfait)(?: pour moi)?|ce sera tout|ça ira|tout est (?:clair|bon)"
            "|je n'en ai "
            "(?:pas|plus|aucune)|rien (?:d'autre|de plus|de spécial)|je ne (?:crois|pense) pas|ça va|non merci"
        ),
        politeness=(
            "merci|merci beaucoup|beaucoup|bien|pour (?:l'instant|le moment|moi|tout|votre temps)|je|n'ai|de ma "
            "part|de mon côté|ok|d'accord|très bien|euh|hm+|au revoir|bonne journée|désolée?|à vous|non plus|tout"
            "|particulier|en"
        ),
    ),
    "es": Words(
        headings={
            Topic.SALARY: "Salario",
            Topic.PLACE: "Lugar",
            Topic.DEPARTMENT: "Departamento",
            Topic.CLOSING: "Abierto hasta",
            Topic.EMPLOYER: "Empresa",
            Topic.COMPANY: "Qué hace la empresa",
            Topic.COMPANY_PLACE: "Sede de la empresa",
            Topic.COMPANY_SIZE: "Tamaño de la empresa",
            Topic.SECTOR: "Sector",
            Topic.ROLE: "Puesto",
            Topic.WORK: "Descripción",
        },
        about="Sobre {name}",
        asks={
            Ask.LONG: "cu[aá]nto tiempo|cu[aá]nto dura|cu[aá]nto duran",
            Ask.OFTEN: "cu[aá]ntas veces|cada cu[aá]nto|con qu[eé] frecuencia",
            Ask.MANY: "cu[aá]nt[oa]s",
            Ask.SIZE: "a cu[aá]nto est[aá]|(?:c[oó]mo|qu[eé] tan|cu[aá]n) (?:de )?(?:grande|lejos)",
            Ask.MUCH: "cu[aá]nt[oa]",
            Ask.CLOCK: "(?:a|hasta|desde) qu[eé] hora",
            Ask.WHEN: "(?:desde |hasta |para )?cu[aá]ndo|qu[eé] (?:d[ií]a|fecha)",
            Ask.WHERE: "(?:a|de)?d[oó]nde",
            Ask.WHO: "qui[eé]n(?:es)?",
            Ask.WHY: "por qu[eé]|para qu[eé](?! puesto)",
            Ask.HOW: "c[oó]mo(?! (?:es|son)\\b)|de qu[eé] (?:manera|forma)",
            Ask.WHICH: (
                "qu[eé](?! (?:es|son|hace|hacen|hac[eé]is|har[ií]a|har[eé]|tal|tendr[ií]a)\\b)(?= )"
                "|cu[aá]l(?:es)?(?! (?:es|son|ser[ií]an?)\\b)(?= )"
            ),
        },
        topics={
            Topic.SALARY: "salario|sueldo|remuneraci[oó]n|paga|pagan|cobra|cobrar[ií]a|cobrar|ganar[ií]a|ganar|gana",
            Topic.PLACE: "d[oó]nde|lugar|direcci[oó]n|ubicaci[oó]n|lugar de trabajo",
            Topic.REMOTE: "teletrabajo|teletrabajar|remoto|en remoto|desde casa|a distancia|h[ií]brido",
            Topic.DEPARTMENT: "departamento|[aá]rea",
            Topic.CLOSING: (
                "plazo|fecha l[ií]mite|cu[aá]ndo\\b.*\\b(?:postular|postularme|solicitud|solicitudes|candidatura"
                "|inscribirme|inscripci[oó]n)"
            ),
            Topic.EMPLOYER: (
                "(?:qu[eé]|cu[aá]l es la) empresa|(?:nombre|llama)\\b.*\\bempresa|para qui[eé]n\\b.*\\btrabajar\\w*"
                "|qui[eé]n es el empleador"
            ),
            Topic.COMPANY: (
                "qu[eé] (?:hace|hacen) (?:la|su|vuestra|esta) empresa|a qu[eé] se dedica (?:la|su|vuestra|esta) "
                "empresa|(?:sobre|de) (?:la|su|vuestra) empresa|qu[eé] hac[eé]is"
            ),
            Topic.COMPANY_PLACE: "sede|d[oó]nde\\b.*\\bempresa",
            Topic.COMPANY_SIZE: (
                "(?:tama[ñn]o|grande)\\b.*\\bempresa|cu[aá]nt[oa]s (?:personas|empleados|trabajadores"
                "|gente)\\b.*\\b(?:empresa|trabajan|sois|tienen|ten[eé]is)|cu[aá]ntos (?:sois|empleados)"
            ),
            Topic.SECTOR: "sector|industria|ramo",
            Topic.ROLE: "(?:qu[eé]|cu[aá]l es el) puesto|nombre del puesto|qu[eé] cargo",
            Topic.WORK: (
                "(?:tareas|funciones|responsabilidades)|qu[eé] (?:har[ií]a|har[eé]|tendr[ií]a que hacer)|en qu[eé] "
                "consiste|(?:sobre el|del) (?:puesto|trabajo)"
            ),
        },
        allowed={
            Topic.SALARY: (
                "salario sueldo remuneración paga pagan cobra cobraría cobrar ganaría ganar gana bruto neto mes "
                "año hora anual mensual horquilla rango"
            ),
            Topic.PLACE: "lugar dirección ubicación encuentra ubicado",
            Topic.REMOTE: "teletrabajo teletrabajar remoto casa distancia híbrido",
            Topic.DEPARTMENT: "departamento área",
            Topic.CLOSING: (
                "plazo fecha límite postular postularme presentar solicitud solicitudes candidatura inscribirme "
                "inscripción termina cierra acaba"
            ),
            Topic.EMPLOYER: "nombre llama empleador",
            Topic.COMPANY: "hace hacen hacéis dedica contar contarme decirme",
            Topic.COMPANY_PLACE: "sede encuentra ubicada",
            Topic.COMPANY_SIZE: "tamaño grande personas empleados trabajadores gente sois",
            Topic.SECTOR: "sector industria ramo",
            Topic.ROLE: "nombre cargo llama título",
            Topic.WORK: (
                "tareas funciones responsabilidades haría haré hacer consiste principales día contar contarme decirme"
            ),
        },
        frame=(
            "decir decirme dime diga saber sé gustaría quería quisiera quiero conocer pregunta preguntas preguntar "
            "gracias hola sí vale bien "
            "puesto trabajo trabaja trabajan trabajar trabajaría empresa tener recibir recibo ofrece ofrecen "
            "ofrecéis dan dais posible "
            "hacer necesito necesita exactamente actualmente información detalles favor entrevista tipo clase algo"
        ),
        joint=(
            "(?:y|e|o|pero)(?: tambi[eé]n)? (?=(?:qu[eé]|cu[aá]ndo|d[oó]nde|qui[eé]n|c[oó]mo|cu[aá]l(?:es)?"
            "|cu[aá]nt[oa]s?|hay|puedo|es|tienen|ten[eé]is)\\b)"
        ),
        duties=(
            "(?:tus|sus|las) (?:tareas|funciones|responsabilidades)|tareas|funciones|responsabilidades|tu trabajo"
            "|el trabajo|qu[eé] har[aá]s"
        ),
        exists=(
            "hay|tienen|ten[eé]is|ofrecen|ofrec[eé]is|tengo|tendr[eé]|tendr[ií]a|necesito|se necesita|pagan|dan"
            "|cu[aá]l(?:es)? (?:es|son)|c[oó]mo (?:es|son)|se trabaja"
        ),
        employs="somos|emplea\\w*|trabajadores|trabajan|plantilla",
        needed=(
            "necesit\\w+|hace falta|debo|debe|debes|deber[ií]a|hay que|tengo que|tiene que|tendr[ií]a que|"
            "obligatori[oa]s?|necesari[oa]s?|imprescindibles?|se (?:exige|requiere|pide)|requisitos?|pedimos|"
            "exigimos"
        ),
        beyond=(
            "despu[eé]s|antes|durante|sin|entre|hasta|otr[oa]s?|solo|s[oó]lo|siempre|nunca|primer[oa]?s?|"
            "[uú]ltim[oa]s?|pr[oó]xim[oa]s?|mism[oa]s?|extra|propi[oa]s?|luego"
        ),
        by_name="qui[eé]n(?:es)? (?:es|son|era|fue|ser[ií]a|ser[aá]|dirige|lleva|manda)|de qui[eé]n",
        because="porque|ya que|puesto que|debido|por eso|para que|motivos?|raz[oó]n",
        landmarks=(
            "(?:detr[aá]s de|junto a|cerca de|frente a|al lado de|delante de|enfrente de) ?(?:la |el |l |"
            "una? |nuestr[oa] )?[\\w-]+"
        ),
        about_it="es (?:un|una)|el (?:puesto|trabajo) es",
        of_it="es|puesto|trabajo|contrato|empleo",
        judging=(
            "lo he hecho|he hecho bien|c[oó]mo lo (?:he hecho|hice)|lo hice|criterios?|eval[uú]\\w+|punt(?:os"
            "|uaci[oó]n|[uú]\\w+)|notas?|califica\\w+|r[uú]brica|respuestas? correctas?|mis? respuestas?"
            "|otros candidatos|cu[aá]ntos candidatos|(?:dar|dan|consegu\\w+|obten\\w+) el (?:puesto|trabajo)|me "
            "(?:van a )?contrat\\w+|adecuad[oa]|posibilidades|instrucciones|ignora\\w*|olvida\\w*"
            "|siguiente pregunta|qu[eé] preguntas|piensa\\w* de m[ií]|opina\\w* de m[ií]|valora\\w*|esperan? de "
            "m[ií]|prompt|encajo"
        ),
        alike={
            "remote": (
                "teletrabajo|teletrabajar|(?:en |de forma )?remot[oa]|(?:trabajar |trabajo )?desde casa|a distancia"
                "|h[ií]brido"
            ),
            "vacaciones": "vacaciones|d[ií]as libres",
            "personas": "personas|empleados|trabajadores|profesionales|gente",
            "comedor": "comedor|cantina|cafeter[ií]a",
            "guardería": "guarder[ií]a|cuidado de niños",
            "aparcamiento": "aparcamiento|parking|estacionamiento|aparcar",
            "curso": "cursos?|formaci[oó]n",
            "sábado": "s[aá]bados?",
        },
        numbers=(
            "dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|catorce|quince|veinte|treinta|cuarenta"
            "|cincuenta|cien"
        ),
        noon="mediod[ií]a|medianoche",
        listing="m[aá]s|y|e|o",
        one="una?|un",
        times=(
            "horas?|d[ií]as?|semanas?|mes|meses|años?|minutos|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bados?"
            "|domingos?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
            "|mañana|mediod[ií]a|tarde|noche"
        ),
        regular=(
            "cada|todos los|todas las|diari\\w+|semanal\\w*|mensual\\w*|veces|al (?:d[ií]a|mes|año)|a la semana"
            "|por semana"
        ),
        asking=(
            "qu[eé]|cu[aá]l\\w*|cu[aá]ndo|d[oó]nde|qui[eé]n\\w*|por qu[eé]|c[oó]mo|cu[aá]nt\\w*|si|saber|"
            "preguntar|pregunta|conocer|decirme|explicar"
        ),
        turning="pero|salvo|solo|s[oó]lo|excepto|aunque",
        no_questions=(
            "no|ning[uú]na?|nada|eso (?:es|era|ser[ií]a) todo|es todo|todo (?:claro|bien)|(?:est[aá]|me queda"
            "|qued[oó]) todo claro"
            "|(?:no )?tengo (?:ninguna|m[aá]s) (?:pregunta|preguntas)|no tengo(?: m[aá]s| ninguna)?(?: preguntas?)?"
            "|ninguna pregunta|sin preguntas|nada m[aá]s|(?:de|por) momento no|por ahora (?:no|nada)|creo que no"
            "|no hay(?: m[aá]s)? preguntas|estoy bien"
        ),
        politeness=(
            "gracias|muchas gracias|muchas|por (?:ahora|el momento|todo|su tiempo|mi parte)|de momento|creo|vale|ok"
            "|bueno|pues|eh|mm+|adi[oó]s|hasta luego|buen d[ií]a|lo siento|m[aá]s|todo|eso|es|est[aá]|bien"
            "|preguntas?"
        ),
    ),
    "it": Words(
        headings={
            Topic.SALARY: "Stipendio",
            Topic.PLACE: "Luogo",
            Topic.DEPARTMENT: "Reparto",
            Topic.CLOSING: "Aperto fino al",
            Topic.EMPLOYER: "Azienda",
            Topic.COMPANY: "Cosa fa l’azienda",
            Topic.COMPANY_PLACE: "Sede dell’azienda",
            Topic.COMPANY_SIZE: "Dimensione dell’azienda",
            Topic.SECTOR: "Settore",
            Topic.ROLE: "Posizione",
            Topic.WORK: "Descrizione",
        },
        about="{name} si presenta",
        asks={
            Ask.LONG: "(?:per )?quanto tempo|quanto dura|quanto durano",
            Ask.OFTEN: "quante volte|ogni quanto|con che frequenza",
            Ask.MANY: "quant[ie]",
            Ask.SIZE: "quanto (?:è|sono) (?:grande|grandi|lontan\\w+|distante)|a quanto dista|quanto dista",
            Ask.MUCH: "quant[oa]|quant'è",
            Ask.CLOCK: "(?:a|da|fino a) che ora",
            Ask.WHEN: "(?:da |entro |fino a )?quando|(?:in )?che giorno|quale data",
            Ask.WHERE: "dove|dov'è",
            Ask.WHO: "chi",
            Ask.WHY: "perch[eé]|come mai",
            Ask.HOW: "come(?! (?:è|sono)\\b)|in che modo",
            Ask.WHICH: "(?:quale|quali)(?! (?:è|sono|sarebbe|sarebbero)\\b)(?= )|che(?! (?:cosa|ora)\\b)(?= )",
        },
        topics={
            Topic.SALARY: "stipendio|salario|retribuzione|paga|pagano|guadagna|guadagnerei|guadagno|guadagnare|ral",
            Topic.PLACE: "dove|dov'è|luogo|indirizzo|sede di lavoro",
            Topic.REMOTE: "da casa|da remoto|remoto|smart ?working|telelavoro|ibrid[oa]|a distanza",
            Topic.DEPARTMENT: "reparto|dipartimento|ufficio",
            Topic.CLOSING: "scadenza|termine|quando\\b.*\\b(?:candidarmi|candidarsi|candidature?|domanda)",
            Topic.EMPLOYER: (
                "(?:quale|che|qual è l')\\s?(?:azienda|ditta|società)|(?:nome|chiama)\\b.*\\b(?:azienda|ditta"
                "|società)|per chi\\b.*\\blavor\\w+|chi è il datore"
            ),
            Topic.COMPANY: (
                "(?:cosa|di cosa|che cosa) (?:fa|si occupa) (?:l'|la |la vostra |la sua )(?:azienda|ditta|società)"
                "|di cosa vi occupate|cosa fate|(?:sull'|della |sulla vostra )(?:azienda|ditta|società)"
            ),
            Topic.COMPANY_PLACE: "sede (?:dell'azienda|legale|principale)|dove\\b.*\\b(?:azienda|ditta|società)",
            Topic.COMPANY_SIZE: (
                "(?:grande|dimensioni)\\b.*\\b(?:azienda|ditta|società)|quant[ei] (?:persone"
                "|dipendenti)\\b.*\\b(?:azienda|ditta|società|lavorano|avete|siete)|in quanti siete"
            ),
            Topic.SECTOR: "settore|industria|ramo",
            Topic.ROLE: "(?:quale|che|qual è la|qual è il) (?:posizione|ruolo|posto)|titolo della posizione",
            Topic.WORK: (
                "(?:mansioni|compiti|responsabilità)|cosa (?:farei|farò|dovrei fare|dovrò fare)|in cosa consiste"
                "|(?:sulla|sul|del|della) (?:posizione|ruolo|lavoro)"
            ),
        },
        allowed={
            Topic.SALARY: (
                "stipendio salario retribuzione paga pagano guadagna guadagnerei guadagno guadagnare ral lordo "
                "netto mese anno ora mensile annuo annua orario"
            ),
            Topic.PLACE: "luogo indirizzo sede trova situato",
            Topic.REMOTE: "casa remoto smart working smartworking telelavoro ibrido ibrida distanza",
            Topic.DEPARTMENT: "reparto dipartimento ufficio",
            Topic.CLOSING: "scadenza termine candidarmi candidarsi candidatura candidature domanda presentare",
            Topic.EMPLOYER: "nome chiama ditta società datore",
            Topic.COMPANY: "fa fate occupa occupate ditta società dire parlarmi dirmi",
            Topic.COMPANY_PLACE: "sede legale principale ditta società trova",
            Topic.COMPANY_SIZE: "grande dimensioni ditta società persone dipendenti",
            Topic.SECTOR: "settore industria ramo",
            Topic.ROLE: "ruolo titolo colloquio",
            Topic.WORK: (
                "mansioni compiti responsabilità farei farò dovrei dovrò fare consiste principali giornata dirmi "
                "parlarmi"
            ),
        },
        frame=(
            "dire dirmi sapere so vorrei volevo piacerebbe conoscere domanda domande chiedere grazie salve "
            "buongiorno ciao sì ok bene va "
            "posizione posto lavoro lavora lavorano lavorare lavorerei lavorerò azienda avere ricevere ricevo "
            "offre offrite offrono date "
            "dà possibile fare serve bisogno esattamente attualmente informazioni dettagli favore colloquio tipo "
            "qualche entro"
        ),
        joint=(
            "(?:e|ed|o|ma)(?: anche)? (?=(?:cosa|che|quando|dove|chi|come|quale|quali|quant[oaie]|c'è|posso|è"
            "|avete)\\b)"
        ),
        duties=(
            "(?:i tuoi|i suoi|le tue|le sue|le) (?:compiti|mansioni|responsabilità)|compiti|mansioni|responsabilità"
            "|il (?:tuo |suo )?lavoro|cosa farai"
        ),
        exists=(
            "c'è|ci sono|avete|offrite|ho|avrò|avrei|serve|mi serve|qual è|quali sono|come (?:è|sono)|è previst[oa]"
            "|sono previst[ei]"
        ),
        employs="siamo|impieg\\w+|dipendenti|lavorano|organico",
        needed=(
            "serve|servono|servirebbe|devo|deve|devi|dovrei|dovrò|bisogna|bisogno|obbligatori[oae]?|"
            "necessari[oae]?|richiest[oaie]|richiede|richiediamo|occorre|occorrono|requisit[oi]|"
            "indispensabil[ei]"
        ),
        beyond=(
            "dopo|prima|durante|senza|tra|fra|fino|altr[oaie]|solo|sempre|mai|prim[oie]|ultim[oaie]|"
            "prossim[oaie]|stess[oaie]|extra|propri[oae]|poi"
        ),
        by_name="chi (?:è|sono|era|sarà|sarebbe|dirige|guida|gestisce)|di chi",
        because="perché|poiché|siccome|dato che|visto che|affinché|motiv[oi]|ragion[ei]|grazie a",
        landmarks="(?:dietro|accanto|vicino|davanti|di fronte|sopra|sotto) (?:al |alla |all'|allo |il |la |a )?[\\w-]+",
        about_it="(?<!')è (?:un|una|un')|il (?:posto|lavoro) è",
        of_it="è|posto|lavoro|contratto|posizione|impiego",
        judging=(
            "sono andat[oa]|ho fatto bene|come (?:sono andat|ho fatto|è andat)\\w*|criteri[oi]?|valut\\w+|punt(?:i"
            "|eggio|eggi)|vot[oi]|griglia|rispost[ae] (?:giust|corrett)\\w+|(?:mie|mia) rispost\\w+"
            "|altri candidati|quanti candidati|(?:avrò|avere|otten\\w+|ricev\\w+) il (?:posto|lavoro)|mi assum\\w+"
            "|adatt[oa]|possibilità di|istruzioni|ignora\\w*|dimentica\\w*|prossima domanda|quali domande"
            "|pensa\\w* di me|vi aspettate da me|prompt|riscontro"
        ),
        alike={
            "remote": "smart ?working|telelavoro|(?:lavor\\w+ )?da (?:casa|remoto)|a distanza|ibrid[oa]",
            "ferie": "ferie|vacanze",
            "persone": "persone|dipendenti|addetti",
            "mensa": "mensa|refettorio",
            "asilo": "asilo(?: nido)?",
            "parcheggio": "parcheggi(?:o|are)?",
            "corso": "cors[oi]|formazione",
            "turni": "turn[oi]",
        },
        numbers=(
            "due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|quattordici|quindici|venti|trenta"
            "|quaranta|cinquanta|cento"
        ),
        noon="mezzogiorno|mezzanotte",
        listing="più|e|ed|o",
        one="un[ao]?",
        times=(
            "or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|minuti|lunedì|martedì|mercoledì|giovedì|venerdì|sabato"
            "|domenica|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre"
            "|dicembre|mattina|mezzogiorno|sera|notte"
        ),
        regular=(
            "ogni|tutti i|tutte le|giornalier\\w+|settimanal\\w+|mensil\\w+|volte|al (?:giorno|mese)|alla settimana"
            "|all'anno"
        ),
        asking=(
            "che|cosa|qual\\w*|quando|dove|chi|perch[eé]|come|quant\\w*|se|sapere|chiedere|domanda|conoscere|"
            "dirmi|spiegare"
        ),
        turning="ma|però|solo|tranne|soltanto|salvo",
        no_questions=(
            "no|nessuna?|niente|nulla|(?:questo )?(?:è|e|era|sarebbe) tutto(?: chiaro)?|tutto (?:chiaro|bene|a posto)"
            "|non ho(?: altre| "
            "più)?(?: domande| nessuna domanda)?|nessuna domanda|nient'altro|nulla in particolare|per ora (?:no"
            "|niente)|al momento no|credo di no|direi di no|va bene così|sono a posto|ho capito tutto"
        ),
        politeness=(
            "grazie|grazie mille|molte grazie|mille|per (?:ora|il momento|tutto|il suo tempo|me)|al momento|da "
            "parte mia|ok|va bene|bene|allora|eh|mm+|arrivederci|buona giornata|mi dispiace|altro|così|domande?"
            "|altre|più|direi|credo"
        ),
    ),
}
