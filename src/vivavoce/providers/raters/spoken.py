"""Spoken English as it would be written: no judgement is to hang on an "um", a "gonna" or a "mornin'"."""

import re

WRITTEN = {
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "got to",
    "kinda": "kind of",
    "sorta": "sort of",
    "dunno": "don't know",
    "lemme": "let me",
    "gimme": "give me",
    "ain't": "isn't",
    "innit": "isn't it",
    "'em": "them",
    "'cause": "because",
    "'cos": "because",
    "cos": "because",
    "'bout": "about",
    "'til": "until",
    "an'": "and",
    "o'": "of",
    "wi'": "with",
    "ye": "you",
    "ya": "you",
    "aye": "yes",
    "yeah": "yes",
    "nowt": "nothing",
    "nuffin": "nothing",
    "summat": "something",
    "owt": "anything",
    "meself": "myself",
    "thru": "through",
}
_SPOKEN = re.compile(
    r"(?<![\w'])(?:" + "|".join(sorted(map(re.escape, WRITTEN), key=len, reverse=True)) + r")(?![\w'])", re.I
)
# "mornin'", but not the "'" that ends a quotation: a syllable stands before it, and a word or the end behind.
_DROPPED_G = re.compile(r"\b(\w*[aeiouy]\w*in)'(?=\s|[.,;:!?]|$)", re.I)
_HESITATION = re.compile(r"(?:,\s*)?\b(?:u+m+|u+h+m*|e+r+m*|h+m+|m{2,})\b(?:\s*,|\.{3}|…)?", re.I)
# What is said without meaning it. "Do you know the rules", "I mean it" and "this sort of work" say something.
_PADDING = (
    re.compile(
        r"(?:,\s*)?(?<!\bdo )(?<!\bdid )(?<!\bif )(?<!\bas )(?<!\bwould )(?<!\bthat )(?<!\bwhat )\byou know\b"
        r"(?!\s+(?:the|how|what|that|if|whether|a|an|your|when|where|which|who|why|about|it|them|him|her)\b)(?:\s*,)?",
        re.I,
    ),
    re.compile(r"(?:,\s*)?\bI mean\b(?!\s+(?:it|that|to|by|what|the|well)\b)(?:\s*,)?", re.I),
    re.compile(
        r"(?<!\ba )(?<!\bthe )(?<!\bthis )(?<!\bthat )(?<!\bwhat )(?<!\bany )(?<!\bsome )(?<!\bevery )(?<!\beach )"
        r"(?<!\bone )(?<!\bother )(?<!\bsame )\b(?:sort|kind) of\b",
        re.I,
    ),
)
_LIKE = re.compile(
    r"(?:,\s*)?(?<!\bi )(?<!\bwe )(?<!\byou )(?<!\bthey )(?<!\bhe )(?<!\bshe )(?<!\bwould )(?<!'d )(?<!\bto )(?<!n't )"
    r"(?<!\bnot )(?<!\breally )(?<!\bpeople )(?<!\bfeel )(?<!\bfeels )(?<!\bfelt )(?<!\blook )(?<!\blooks )"
    r"(?<!\blooked )(?<!\bsound )(?<!\bsounds )(?<!\bsounded )(?<!\bsomething )(?<!\banything )(?<!\bthings )"
    r"(?<!\bstuff )\blike\b(?:\s*,)?",
    re.I,
)
_WELL = re.compile(
    r"(?:,\s*)?(?<!\bas )(?<!\bvery )(?<!\bso )(?<!\bquite )(?<!\bhow )(?<!\bgo )(?<!\bgoes )(?<!\bwent )"
    r"(?<!\bgoing )(?<!\bdo )(?<!\bdoes )(?<!\bdid )(?<!\bdoing )(?<!\bwork )(?<!\bworks )(?<!\bworked )"
    r"(?<!\bpretty )(?<!\breally )(?<!\bknown )(?<!\bget )(?<!\bgot )\bwell\b(?![-'])(?:\s*,)?",
    re.I,
)
# Learners leave articles out, ears lose them. An "a" that may be a name ("bulb A is lit", "A and B") stays.
_ARTICLE = re.compile(
    r"\b(?:the|an|a(?! (?:and|or|is|isn't|was|wasn't|has|will|would|can|does|doesn't|to|in|on|at|with|if|b|c)\b))"
    r"(?=\s+\w)",
    re.I,
)
_TWICE = re.compile(r"\b(i|to|of|in|and|we|he|she|it|is|was|my|so|for|on|at|they|you|with)(?:\s+\1\b)+", re.I)


def write_out(text: str) -> str:
    """The text without hesitations, stumbles and articles, with spoken forms written out. One of nothing else stays."""
    plain = _SPOKEN.sub(lambda match: WRITTEN[match[0].lower()], text.replace("’", "'"))
    plain = _DROPPED_G.sub(r"\1g", plain)
    for padding in (_HESITATION, *_PADDING, _LIKE, _WELL, _ARTICLE):
        plain = padding.sub(" ", plain)
    plain = _TWICE.sub(r"\1", plain)
    plain = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(plain.split()))
    return plain if re.search(r"\w", plain) else text
