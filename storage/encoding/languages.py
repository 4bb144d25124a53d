"""What an ISO 639-1 code means for words: which stemmer of Snowball, and which words tell nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

DEFAULT = "en"
ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}

_STOP_WORDS = {
    "en": """
        a an and are as at be been but by can could did do does for from had has have how i if in into is it
        its may me my no not of on or our shall should so such than that the their them then there these they
        this those to us was we were what when where which who whom whose why will with would you your
    """,
    "de": """
        aber als am an auch auf aus bei bin bis da damit das dass dein dem den der des die dies diese diesem
        diesen dieser dieses du durch ein eine einem einen einer eines er es für gibt hat habe haben ich ihr
        ihre im in ist ja kann kein keine können man mein mit muss nach nicht noch nur ob oder sein seine sich
        sie sind so soll über um und uns unser unter vom von vor wann warum was welche welchem welchen welcher
        welches wenn wer werden wie wieder will wir wird wo wohin zu zum zur
    """,
    "fr": """
        à au aux avec ce ces cet cette comment dans de des dois doit du elle elles en est et être il ils je la
        le les leur leurs lui ma mais mes mon ne nos notre nous on ont où ou par pas peut peux pour pourquoi
        qu quand que quel quelle quelles quels qui quoi sa sans se ses si son sont sur ta tes ton tu un une
        vos votre vous y
    """,
    "es": """
        a al como cómo con cual cuál cuáles cuando cuándo de debe debo del donde dónde el él ella ellas ellos
        en entre es esta está están este esto estos la las le les lo los me mi mis muy no nos nuestra nuestro
        o para pero por porque puede puedo qué que quien quién se ser si sin sobre son su sus también te tiene
        tu un una unos y ya yo
    """,
    "it": """
        a ad al alla alle anche che chi ci come con cosa cui da dal dalla dei del della delle deve devo di
        dove e è ed gli ha hanno i il in io la le lei lo loro lui ma mi mio ne nei nel nella no noi non nostro
        o per perché più può posso qual quale quali quando quanto questa questo se si sono su sua sul sulla
        suo tra tu un una uno vi voi
    """,
    "nl": """
        aan al als bij dan dat de der deze die dit door een en er geen had heb hebben heeft het hoe hoeveel
        hun ik in is je kan kunnen maar me mijn moet moeten naar niet nog nu of om onder ons onze ook op over
        te tot u uit uw van veel voor waar waarom wanneer wat we welk welke wie wij wordt worden zal ze zich
        zij zijn zo zou
    """,
    "pt": """
        a ao aos as às com como da das de deve devo do dos e é ela elas ele eles em entre essa esse está este
        eu foi há isso já lhe mais mas me meu minha muito na nas nem no nos nossa nosso num numa não o onde os
        ou para pela pelas pelo pelos pode por porque posso qual quais quando que quem se sem ser seu sua são
        também te tem um uma você
    """,
}
_WORDS = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
STOP_WORDS = _WORDS["en"]


def algorithms(languages: Iterable[str]) -> tuple[str, ...]:
    """The stemmers of some languages, each once; English for those that have none of their own.

    Texts in such languages hold English terms, and short English texts are taken for such languages.
    """
    return tuple(sorted({ALGORITHMS.get(language, ALGORITHMS[DEFAULT]) for language in languages}))


@lru_cache(256)
def stop_words(languages: frozenset[str]) -> frozenset[str]:
    """Of all these languages together; where we list none, rarity alone tells which words count."""
    return frozenset[str]().union(*(_WORDS.get(language, frozenset()) for language in languages))


def spoken(words: Collection[str], languages: frozenset[str]) -> frozenset[str]:
    """Which of `languages` the words of a question are in: those with most stop words among them, or all.

    One stop word decides nothing against a language whose stop words we do not list.
    """
    counts = {name: sum(word in _WORDS[name] for word in words) for name in languages & _WORDS.keys()}
    most = max(counts.values(), default=0)
    if not most:
        return languages
    unlisted = languages - _WORDS.keys() if most == 1 else frozenset[str]()
    return frozenset(name for name, count in counts.items() if count == most) | unlisted
