"""What can go wrong with a source.

SourceError
├── Unreadable        the file is missing, is not what its name says, or cannot be decoded
└── UnexpectedShape   the file or answer lacks columns or keys that the publisher promises

The live channels of later steps add their own branches here. Messages are ours: they may name a file, a column or a
key, never a path, a credential or a row's content.
"""


class SourceError(Exception):
    """A source could not be read. `code` is the closed reason that callers and coverage see."""

    code = "SOURCE_ERROR"


class Unreadable(SourceError):
    """The file is missing, is not what its name says, or cannot be decoded."""

    code = "UNREADABLE"


class UnexpectedShape(SourceError):
    """The publisher promises columns or keys that are not there."""

    code = "UNEXPECTED_SHAPE"
