# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be read out of a sentence by rules: which things, how many, how they look, how they stand, and the air.

It is a reading that a person can follow word by word, not an understanding: what the rules do not see is left open for
the model, and nouns that the scene builder cannot build are told. Knows no model and no operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from . import qualities, vocabulary
from .mentions import Mention, Phrase, Reading, settle
from .tokens import Token, tokens


def read(sentence: str) -> Reading:
    """What the rules see in a sentence."""
    return _Reader(tokens(sentence)).read()


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._reading = Reading()
        self._phrase = Phrase()
        self._group: list[Mention] = []
        """Of whom the next relation is said, where they are joined by "and"."""
        self._joined = ""
        """The last word or sign that joined; with it a new part of the sentence began."""
        self._fresh = True
        """Whether this part of the sentence has named nothing yet."""
        self._lost = False
        """Whether this part speaks of something that is unknown."""
        self._relation: tuple[str, list[Mention], bool] | None = None
        """Waits for its object: the relation, its subjects, whether it is turned."""
        self._fronted: tuple[str, Mention] | None = None
        """Waits for its subjects: "behind it a tree"."""
        self._related = False
        """Whether the last mention was the object of a relation."""
        self._between: tuple[Mention, Mention] | None = None
        """What stands between, and the one side of it, while the other may still come."""
        self._whole: Mention | None = None
        """Several alike, whom the sentence may yet tell apart: "one red, two blue"."""

    def read(self) -> Reading:
        for at, token in enumerate(self._tokens):
            self._at = at
            self._take(token)
        self._part(".")
        settle(self._reading)
        return self._reading

    def _next(self, ahead: int = 1) -> Token:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else Token("", sign=".")

    @property
    def _last(self) -> Mention | None:
        return self._reading.mentions[-1] if self._reading.mentions else None

    # ---- one token

    def _take(self, token: Token) -> None:
        phrase = self._phrase
        if token.sign in (".", ",", "and", "with"):
            self._part(token.sign)
        elif token.sign == "of them":
            self._of_them()
        elif token.sign in ("the", "a", "no"):
            self._close()
            self._phrase.begun = True
            self._phrase.definite = token.sign == "the"
            self._phrase.none = token.sign == "no"
        elif token.sign == "each":
            self._each()
        elif token.sign == "it":
            self._pronoun()
        elif token.number:
            self._number(token)
        elif token.height:
            self._height(token)
        elif token.look and self._describes(token):
            phrase.looks.append(token.look)
        elif token.noun and self._next().noun and not token.plural:
            pass  # "castle tower": the second says what it is
        elif token.noun in vocabulary.PILES and self._next().sign == "of" and self._names_a_thing():
            self._phrase = Phrase(layout="stack", begun=True)  # "a wall of crates"
        elif token.noun:
            self._name(Mention(token.noun), token.plural and token.text not in vocabulary.NEVER_SINGULAR)
        elif token.group:
            self._gathered(token.group)
        elif token.trailing and self._ends(self._next()):
            self._trail(token.trailing)
        elif token.layout:
            self._layout(token)
        elif token.relation or token.turned:
            self._relate(token.relation or token.turned, bool(token.turned))
        elif token.toned is not None and not self._phrase.unknown:
            phrase.toned.append(token.text)
        elif token.air is not None:
            self._air(token.air)
        elif token.size or token.proportion:
            phrase.size, phrase.proportion = token.size or phrase.size, token.proportion or phrase.proportion
        elif token.trailing:
            self._trail(token.trailing)
        elif not token.known:
            self._unknown(token.text)

    def _describes(self, token: Token) -> bool:
        """Whether a word such as "stone" or "snow" speaks of what something is made of."""
        if token.noun or token.air is not None:
            ahead = 1
            while self._next(ahead).look and not self._ends(self._next(ahead + 1)):
                ahead += 1
            after = self._next(ahead)
            made = self._next(-1).sign == "of" and self._at > 0 and self._last is not None
            return bool(after.noun or after.group) or (made and self._ends(after))
        return True

    @staticmethod
    def _ends(token: Token) -> bool:
        return token.sign in (".", ",", "and", "with") or bool(token.relation and not token.noun)

    def _closes(self, token: Token) -> bool:
        """Whether a thing named before this token is named to its end."""
        return self._ends(token) or bool(token.trailing or token.layout or token.turned)

    # ---- parts of the sentence

    def _part(self, sign: str) -> None:
        self._close()
        if self._relation:
            where, subjects, _ = self._relation
            self._relation = None
            if subjects and sign != "with" and where in ("inside", "behind", "above", "under", "around", "beside"):
                self._stand(subjects[-1:], where, self._other(subjects[-1:]))
        if sign in (".", "with"):
            self._group = []
            self._fronted = None if sign == "." else self._fronted
        elif self._related:
            self._group = []
        self._related = False
        self._between = self._between if sign == "and" else None
        self._joined, self._fresh, self._lost = sign, True, False

    def _close(self) -> None:
        """The end of a phrase that named no thing: its adjectives belong to the thing before, its unknown word is
        told, its number splits the thing before."""
        phrase, self._phrase = self._phrase, Phrase()
        last = self._last
        if phrase.unknown and not phrase.none:
            self._reading.unknown.append(phrase.unknown)
            self._lost = True
            self._relation = None
        elif last is None or phrase.none or self._lost:
            return
        elif phrase.number and (phrase.looks or phrase.size or phrase.proportion):
            self._split(phrase)
        elif not phrase.begun or phrase.looks:
            last.looks += [look for look in phrase.looks if look not in last.looks]
            if not phrase.begun:
                last.size = last.size or phrase.size
                last.proportion = last.proportion or phrase.proportion

    def _split(self, phrase: Phrase) -> None:
        """ "three spheres, one red, two blue": the spheres become these."""
        assert phrase.number is not None
        whole = self._whole
        if whole is None or whole.count[1] < phrase.number[1]:
            return
        left = (max(whole.count[0] - phrase.number[1], 0), whole.count[1] - phrase.number[1])
        part = whole
        if left[1]:
            part = Mention(whole.kind, where=whole.where, of=whole.of, looks=list(whole.looks))
            self._reading.mentions.append(part)
            whole.count = left
        part.count, part.counted = phrase.number, True
        part.size, part.proportion = phrase.size or whole.size, phrase.proportion or whole.proportion
        part.looks += [look for look in phrase.looks if look not in part.looks]

    # ---- words before a thing

    def _number(self, token: Token) -> None:
        assert token.number is not None
        if self._phrase.unknown or self._phrase.number:
            self._close()
        self._phrase.number = token.number
        self._phrase.begun = True
        if token.layout:
            self._phrase.layout = token.layout

    def _height(self, token: Token) -> None:
        if self._fresh or self._phrase.begun:
            self._phrase.height = token.height
        elif self._last:
            self._last.height = token.height

    def _layout(self, token: Token) -> None:
        """ "ring of" and "stacked crates" speak of what comes, "in a ring" of what was."""
        comes = token.text.endswith(" of") or (self._next().noun != "" and not self._phrase.begun)
        comes = comes or (self._phrase.begun and self._next().noun != "")
        if comes:
            times = self._phrase.number[0] if self._phrase.number and token.text in ("rows of", "stacks of") else 1
            times = 2 if token.text == "two rows of" else times
            crosswise = self._next(-1).layout and self._at > 0  # "4 x 4 grid of"
            number = self._phrase.number if crosswise else None
            self._phrase = Phrase(number, times, layout=token.layout, begun=True)
            return
        singles = [one for one in self._group if not one.many]
        self._close()
        self._relation = None
        last = self._last
        if last is None or self._lost:
            return
        if last.many or len(singles) < 2:
            last.layout = last.layout or token.layout
            return
        for other, one in pairwise(singles):
            one.stands("on" if token.layout == "stack" else "right of", other)

    def _of_them(self) -> None:
        last, number = self._last, self._phrase.number
        if last and number and not last.counted:
            last.count, last.counted = number, True
        self._phrase = Phrase()

    def _each(self) -> None:
        if len(self._reading.mentions) > 1:
            last, before = self._reading.mentions[-1], self._reading.mentions[-2]
            last.count = (last.count[0] * before.count[0], last.count[1] * before.count[1])
            last.stands("around", before)

    def _unknown(self, word: str) -> None:
        phrase, describes = self._phrase, word.endswith(vocabulary.DESCRIBING)
        if phrase.unknown:
            phrase.unknown += "" if describes else f" {word}"
        elif describes and not (phrase.begun and self._closes(self._next())):
            return
        elif phrase.begun or phrase.looks or (self._fresh and not self._relation):
            phrase.unknown = word

    # ---- a thing

    def _gathered(self, group: tuple[str, int, int, str]) -> None:
        kind, fewest, most, layout = group
        if self._next().sign == "of" and self._names_a_thing():
            self._phrase = Phrase(layout=layout, begun=True)
            return
        self._phrase.number = None
        self._name(Mention(kind, (fewest, most), layout=layout, gathered=True), plural=False)

    def _names_a_thing(self) -> bool:
        """Whether several things come before this part of the sentence ends."""
        ahead = 2
        while not self._ends(self._next(ahead)):
            if self._next(ahead).noun:
                return self._next(ahead).plural
            ahead += 1
        return False

    def _name(self, mention: Mention, plural: bool) -> None:
        phrase, self._phrase = self._phrase, Phrase()
        if phrase.none:
            self._relation = None
            return
        known = [one for one in self._reading.mentions if one.kind == mention.kind]
        refers = phrase.definite and not phrase.number and not plural and not phrase.looks and bool(known)
        if refers:
            mention = known[-1]
        else:
            mention.take(phrase, plural)
            self._reading.mentions.append(mention)
            self._whole = mention if mention.many else self._whole
        self._bind(mention, refers)

    def _bind(self, mention: Mention, refers: bool) -> None:
        """Joins a thing to the relation that waits for it."""
        before = self._reading.mentions[-2] if len(self._reading.mentions) > 1 else None
        if self._relation:
            where, subjects, turned = self._relation
            self._relation = None
            if turned:
                for subject in subjects[:1]:
                    mention.stands(where, subject)
                self._group = [mention]
            elif subjects:
                self._stand(subjects, where, mention)
                self._group = [mention]
                self._related = True
                self._between = (subjects[0], mention) if where == "between" and not mention.many else None
            else:
                self._fronted = (where, mention)
        elif self._between and not refers:
            middle = self._between[0]
            self._between = None
            middle.where = "right of"  # between one and another: these stand at its sides
            mention.stands("right of", middle)
            self._group = []
        elif self._fronted:
            mention.stands(*self._fronted)
            self._group.append(mention)
        elif not refers and self._next(-1).sign == "of" and before is not None and not self._fresh:
            mention.stands("inside", before)  # "a vase of flowers"
            return
        else:
            self._group = [*(self._group if self._joined in ("and", ",") else []), mention]
        self._fresh = False

    def _stand(self, subjects: Sequence[Mention], where: str, of: Mention | None) -> None:
        if of is not None:
            for subject in subjects[-1:] if where == "above" else subjects:
                subject.stands(where, of)

    # ---- relations

    def _relate(self, where: str, turned: bool) -> None:
        self._close()
        if self._lost:
            return
        if self._relation:
            where = self._relation[0] if self._relation[0] != "inside" else where
        self._relation = (where, [] if self._fronts() else self._subjects(), turned)

    def _fronts(self) -> bool:
        """Whether the relation comes before what it is said of: "on the table stands a vase"."""
        if not self._fresh:
            return False
        if not self._reading.mentions:
            return True
        things, ahead = 0, 1
        while self._next(ahead).sign not in (".", ",", "and", "with"):
            things += bool(self._next(ahead).noun or self._next(ahead).group or self._next(ahead).sign == "it")
            ahead += 1
        return things > 1

    def _subjects(self) -> list[Mention]:
        if self._relation:
            return self._relation[1]
        if not self._group:
            return [self._last] if self._last else []
        return self._group if self._joined == "and" else self._group[-1:]

    def _pronoun(self) -> None:
        if not self._relation:
            return
        where, subjects, turned = self._relation
        self._relation = None
        of = self._other(subjects)
        if of is None:
            return
        if subjects and not turned:
            self._stand(subjects, where, of)
        else:
            self._fronted = (where, of)

    def _trail(self, where: str) -> None:
        self._close()
        if not self._lost and not self._fresh:
            subjects = self._subjects()
            self._stand(subjects, where, self._other(subjects))

    def _other(self, subjects: Sequence[Mention]) -> Mention | None:
        """What "it" is: the thing named last that is none of these, and to which none of them stands beside already."""
        seen = list(subjects)
        for one in reversed(self._reading.mentions):
            if one not in seen and not (one.where == "inside" and one.of in self._reading.mentions and one.of):
                return one if one.where not in vocabulary.SIDEWAYS or one.of is None else one.of
        return None

    # ---- the air

    def _air(self, said: str) -> None:
        phrase, self._phrase = self._phrase, Phrase()
        air = self._reading.air
        colours = [colour for look in phrase.looks for colour in qualities.LOOKS[look].colours]
        if phrase.none:
            if "world.fog" in said:
                air["world.fog"] = ("none",)
            return
        if said == "world.background=":
            air["world.sky"] = ("studio",)
            if colours:
                air["world.background"] = (colours[0],)
        else:
            for part in said.split():
                name, _, values = part.partition("=")
                if values:
                    self._allow(name, tuple(values.split(",")))
        if "fog" in said and phrase.toned:
            air["world.fog"] = ("thick",) if {"thick", "dense"} & set(phrase.toned) else ("thin",)
        elif "light" in said or "sky" in said:
            self._tone(phrase, colours if "light." in said else [])
        if phrase.looks and "light." not in said and not phrase.begun and self._last and not self._lost:
            self._last.looks += [look for look in phrase.looks if look not in self._last.looks]
        self._relation = None if not said.startswith("camera") else self._relation

    def _tone(self, phrase: Phrase, colours: Sequence[str]) -> None:
        """What adjectives say of the light: "cold", "low", "dim", "blue"."""
        air = self._reading.air
        for word in phrase.toned:
            name, _, value = qualities.TONED[word].partition("=")
            if value:
                air[name] = (value,)
        for colour in colours:
            tone = qualities.LIGHT_OF.get(colour, colour)
            if tone:
                air["light.tone"] = (tone,)
        if phrase.proportion in ("low", "tall"):
            air["light.height"] = ("low",) if phrase.proportion == "low" else ("high",)

    def _allow(self, name: str, values: tuple[str, ...]) -> None:
        """Narrows a field further where that leaves something, else the newer word counts."""
        before = self._reading.air.get(name, values)
        both = tuple(value for value in before if value in values)
        self._reading.air[name] = both or values
