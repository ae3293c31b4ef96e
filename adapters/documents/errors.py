"""Everything that can go wrong between the data of a letter and its PDF.

LetterError                 a letter could not be made; nothing was written
├── UnknownLetter           there is no letter of that key
├── LetterFilesInvalid      a file of the letter cannot be read as what it should be
├── LetterDataMissing       required values are absent; all of them are named
├── LetterDataInvalid       a value is of a kind that letters do not take
├── SentenceError           a sentence could not be rendered
│   ├── SentenceInvalid     it is not a template at all
│   ├── SentenceForbidden   it asks for something that sentences may not do
│   ├── SentenceUndefined   it names a value that the data do not hold
│   └── SentenceTooCostly   it went over the cap on time, memory or length
└── LayoutFailed            Typst refused the layout, or a character no font can print
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import BangVangError


class LetterError(BangVangError):
    """A letter could not be made; nothing was written."""


class UnknownLetter(LetterError):
    """There is no letter of that key."""

    def __init__(self, key: str) -> None:
        """Name the key that was asked for."""
        super().__init__(f"Không có mẫu văn bản {key!r}. There is no letter of this key.")
        self.key = key


class LetterFilesInvalid(LetterError):
    """A file of the letter cannot be read as what it should be."""

    def __init__(self, file: str, problem: str) -> None:
        """Name the file and say what is wrong in it."""
        super().__init__(f"{file}: {problem}")
        self.file = file
        self.problem = problem


class LetterDataMissing(LetterError):
    """Required values are absent; all of them are named at once."""

    def __init__(self, key: str, paths: Sequence[str]) -> None:
        """Name the letter and every missing path, as `subjects[2].name`."""
        super().__init__(
            f"Văn bản {key!r} còn thiếu: {', '.join(paths)}. "
            f"The letter lacks these values; supply each of them."
        )
        self.key = key
        self.paths = tuple(paths)


class LetterDataInvalid(LetterError):
    """A value is of a kind that letters do not take."""

    def __init__(self, path: str, problem: str) -> None:
        """Name the path of the value and say what is wrong with it."""
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class SentenceError(LetterError):
    """A sentence could not be rendered."""

    def __init__(self, sentence: str, problem: str) -> None:
        """Name the sentence, as `file: name`, and say what is wrong with it."""
        super().__init__(f"{sentence}: {problem}")
        self.sentence = sentence
        self.problem = problem


class SentenceInvalid(SentenceError):
    """The sentence is not a template at all."""


class SentenceForbidden(SentenceError):
    """The sentence asks for something that sentences may not do."""


class SentenceUndefined(SentenceError):
    """The sentence names a value that the data do not hold."""


class SentenceTooCostly(SentenceError):
    """The sentence went over the cap on time, memory or length."""


class LayoutFailed(LetterError):
    """Typst refused the layout, or a character that no font of ours can print."""

    def __init__(self, key: str, problem: str) -> None:
        """Name the letter and give Typst's own words."""
        super().__init__(f"Không dựng được văn bản {key!r}: {problem}")
        self.key = key
        self.problem = problem
