"""Queries that are asked at nearly every request: built by the ORM once, then only filled in.

Building the text of a query takes the ORM several times as long as sending it and reading the
rows. The rules of who sees what stay where they are, in the selectors that build the query.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from accounts.principal import Principal

M = TypeVar("M", bound=Model)
Value = UUID | str | Principal
#: More shapes of clients than this are built anew each time one comes back.
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class _Built:
    """The text of a query; `places`: (number of the value, None), or (None, what is always there).

    `make` turns a row as it comes from the database into an object.
    """

    sql: str
    places: tuple[tuple[int | None, Any], ...]
    make: Callable[[tuple[Any, ...]], Any]


class Statement(Generic[M]):
    """A query of some values: ids, texts, and whoever asks.

    `build` makes the query from values like those, and may branch on nothing of them but what a
    principal may do in how many units: it is called with stand-ins, and once for all days, so that
    the day of today is a value too.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build
        self._built: dict[tuple[Any, ...], _Built | None] = {}

    def rows(self, *values: Value) -> list[M]:
        """The objects found, as the query that `build` makes of these values would find them."""
        shape = tuple(_shape(value) for value in values)
        try:
            built = self._built[shape]
        except KeyError:
            if len(self._built) >= _MOST:
                self._built.clear()
            built = self._built[shape] = self._made(values)
        if built is None:
            return []
        flat = list(_flat(values))
        parameters = [one if at is None else flat[at] for at, one in built.places]
        with connection.cursor() as cursor:
            cursor.execute(built.sql, parameters)
            return [built.make(row) for row in cursor.fetchall()]

    def first(self, *values: Value) -> M | None:
        """The first of them; the query itself says of how many."""
        return next(iter(self.rows(*values)), None)

    def _made(self, values: tuple[Value, ...]) -> _Built | None:
        """None where nothing can ever be found, as for somebody without any unit."""
        stand_ins = [_stand_in(value) for value in values]
        number: dict[Any, int] = {
            one: at for at, one in enumerate(_flat(stand_ins)) if one is not None
        }
        # A column of ids is asked for who they are as an id, which their text stands for.
        number |= {UUID(one.id): number[one.id] for one in stand_ins if isinstance(one, Principal)}
        query = self._build(*stand_ins).query
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        places = tuple(
            (number[one], None) if isinstance(one, UUID | str) and one in number else (None, one)
            for one in parameters
        )
        return _Built(sql, places, _maker(compiler))


def _shape(value: Value) -> Any:
    if isinstance(value, Principal):
        grants = ((grant.unit_id is None, grant.permissions) for grant in value.grants)
        return value.kind, *grants
    return type(value)


def _flat(values: Any) -> Iterator[UUID | str | None]:
    for value in values:
        if isinstance(value, Principal):
            yield value.id
            yield from (grant.unit_id for grant in value.grants)
        else:
            yield value


def _stand_in(value: Value) -> Value:
    if isinstance(value, Principal):
        grants = (
            grant if grant.unit_id is None else replace(grant, unit_id=uuid4())
            for grant in value.grants
        )
        # Nothing of the first who asks may stay in what others are answered with.
        return Principal(value.kind, str(uuid4()), "", tuple(grants))
    return str(uuid4()) if isinstance(value, str) else uuid4()


def _maker(compiler: Any) -> Callable[[tuple[Any, ...]], Any]:
    """Makes objects of rows as `django.db.models.query.ModelIterable` does."""
    select, about = compiler.select, compiler.klass_info
    first, last = about["select_fields"][0], about["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[first:last]]
    # The stubs are of a later Django, in which it takes one more.
    related = get_related_populators(about, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    annotations = compiler.annotation_col_map.items()
    converters = [
        (at, convert, expression)
        for at, (several, expression) in compiler.get_converters([one[0] for one in select]).items()
        for convert in several
    ]

    def make(row: tuple[Any, ...]) -> Any:
        values = list(row)
        for at, convert, expression in converters:
            values[at] = convert(values[at], expression, connection)
        made = about["model"].from_db(DEFAULT_DB_ALIAS, names, values[first:last])
        for one in related:
            one.populate(values, made)
        for name, at in annotations:
            setattr(made, name, values[at])
        return made

    return make
