"""Column types of records' attributes, from their annotations."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from sqlalchemy import BigInteger, Boolean, Date, Integer
from sqlalchemy.types import TypeEngine

from adapters.vocabulary.enums import Vocabulary
from adapters.vocabulary.jurisdictions import Jurisdiction
from gateway.store.columns import EnumText, ExactDecimal, Instant, JSONTuple, text


def bare_annotation(annotation: Any) -> Any:
    """The annotation without `Annotated` and without `| None`."""
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (part for part in get_args(annotation) if part is not NoneType)
    return annotation


SCALARS: dict[Any, Any] = {
    str: text,
    Jurisdiction: text,
    bool: Boolean,
    int: BigInteger,
    date: Date,
    datetime: Instant,
    Decimal: ExactDecimal,
}


def member_type(annotation: Any) -> Any | None:
    """The member type of a tuple that is stored as an interned set; None for any other annotation."""
    if get_origin(annotation) is not tuple:
        return None
    member = get_args(annotation)[0]
    return member if member is Jurisdiction or (isinstance(member, type) and issubclass(member, Vocabulary)) else None


def column_type(annotation: Any) -> TypeEngine[Any]:
    """The type of the column that stores an attribute of this annotation."""
    if member_type(annotation) is not None:
        return Integer()
    if annotation in SCALARS:
        return SCALARS[annotation]()  # type: ignore[no-any-return]  # the table maps to column types only
    if isinstance(annotation, type) and issubclass(annotation, Vocabulary):
        return EnumText(annotation)
    return JSONTuple(annotation)
