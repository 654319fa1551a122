"""The measures' SQL, which is DuckDB's, in Spark's words: sqlglot carries the text over, and what it leaves is here.

Each step is about the language and none about a measure, so a new query needs no second text. Whoever counts on Spark
installs sqlglot (`requirements-spark.lock`); nothing else in Concord imports it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import sqlglot
from sqlglot import exp

_PAST_THE_SIGN = re.compile(r"\\+(\d)")


class Part(NamedTuple):
    """A named part of a query: what it is called, its text, and whether more than one part reads it."""

    name: str
    text: str
    shared: bool


class Steps(NamedTuple):
    """`parts`: each reads only those before it; `query`: what reads them."""

    parts: list[Part]
    query: str


def to_spark(sql: str) -> Steps:
    """A query of DuckDB in Spark 3.5. Raises sqlglot.errors.SqlglotError for one that it cannot read.

    Spark works a named part out again for each part that reads it, and plans all of them at once. So each becomes a
    view of its own.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    for step in (_flat_names, _codes, _age, _weekday, _reduced, _references):
        tree = tree.transform(step)
    parts = {part.alias: part.this for part in tree.find_all(exp.CTE) if isinstance(part.this, exp.Select)}
    tree = tree.transform(lambda node: _ordered(node, parts))
    read = Counter(table.name for table in tree.find_all(exp.Table))
    taken = [(part.alias, part) for part in _named(tree)]
    if twice := [name for name, many in Counter(name for name, _ in taken).items() if many > 1]:
        raise ValueError(f"two parts of the query have the same name: {', '.join(twice)}")
    made = [Part(name, _taken(part), read[name] > 1) for name, part in taken]
    for left in list(tree.find_all(exp.With)):
        left.pop()
    return Steps(made, _written(tree))


def _named(node: exp.Expression) -> Iterator[exp.Expression]:
    """The named parts of a query at any depth, each after those that it can read."""
    own = node.args.get("with_")
    for part in own.expressions if own else ():
        yield from _named(part.this)
        yield part
    for inner in node.iter_expressions():
        if inner is not own:
            yield from _named(inner)


def _taken(part: exp.Expression) -> str:
    """The text of a named part, without the parts within it, which stand before it."""
    body = part.this
    if within := body.args.get("with_"):
        within.pop()
    for left in list(body.find_all(exp.With)):
        left.pop()
    return _written(body)


def _written(tree: exp.Expression) -> str:
    return str(tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False))


def _flat_names(node: exp.Expression) -> exp.Expression:
    """Views of one session have no schema: `code_list.diagnosis` is read as `code_list_diagnosis`."""
    if isinstance(node, exp.Table) and node.db:
        return exp.to_table(f"{node.db}_{node.name}", alias=node.alias or None)
    return node


def _codes(node: exp.Expression) -> exp.Expression:
    """The macro `code_list.codes(cell)`: the codes of a cell that holds several."""
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Anonymous) and node.expression.name == "codes":
        cell = node.expression.expressions[0].sql(dialect="duckdb")
        return sqlglot.parse_one(f"SPLIT(TRIM(BOTH ' ;,|' FROM {cell}), '[;,| ]+')", read="spark")
    return node


def _age(node: exp.Expression) -> exp.Expression:
    """Whole years between two days, a birthday on 29 February falling on the last of February."""
    words = _arguments(node, "DATE_SUB")
    if words and words[0].name.lower() == "year":
        born, on = (word.sql(dialect="duckdb") for word in words[1:])
        return sqlglot.parse_one(f"CAST(MONTHS_BETWEEN({on}, {born}) / 12 AS INT)", read="spark")
    return node


def _weekday(node: exp.Expression) -> exp.Expression:
    """`isodow`: Monday is 1 and Sunday 7. sqlglot writes a remainder that begins with Sunday."""
    if isinstance(node, exp.DayOfWeekIso):
        return sqlglot.parse_one(f"(WEEKDAY({node.this.sql(dialect='duckdb')}) + 1)", read="spark")
    return node


def _reduced(node: exp.Expression) -> exp.Expression:
    """`list_reduce` begins with the first of a list, and Spark's `aggregate` with what it is given."""
    words = _arguments(node, "LIST_REDUCE")
    if not words:
        return node
    among, merge = words
    first = exp.Anonymous(this="ELEMENT_AT", expressions=[among.copy(), exp.Literal.number(1)])
    size = exp.Anonymous(this="SIZE", expressions=[among.copy()])
    rest = exp.Anonymous(this="SLICE", expressions=[among.copy(), exp.Literal.number(2), size])
    return exp.Anonymous(this="AGGREGATE", expressions=[rest, first, merge])


def _references(node: exp.Expression) -> exp.Expression:
    """What a pattern found is `$1` in Spark, and `\\1` in DuckDB."""
    if isinstance(node, exp.RegexpReplace) and isinstance(node.args.get("replacement"), exp.Literal):
        node.set("replacement", exp.Literal.string(_PAST_THE_SIGN.sub(r"$\1", node.args["replacement"].this)))
    return node


def _arguments(node: exp.Expression, name: str) -> list[exp.Expression]:
    """The arguments of a call of this function; empty for anything else."""
    if isinstance(node, exp.Anonymous) and node.name.upper() == name:
        return list(node.expressions)
    return []


_EXTREMES: dict[type[exp.Expression], type[exp.Expression]] = {exp.Max: exp.ArgMax, exp.Min: exp.ArgMin}
_KEEPING = (exp.Filter, exp.Window, exp.Max, exp.Min, exp.ArgMax, exp.ArgMin)
"""What gives one of the structs that it is given."""


def _ordered(node: exp.Expression, parts: Mapping[str, exp.Select]) -> exp.Expression:
    """The largest and the smallest struct: a blank field is the largest in DuckDB and the smallest in Spark, so each is
    preceded by whether it is blank. `parts`: the query's named parts."""
    by_another = isinstance(node, exp.ArgMax | exp.ArgMin)
    if type(node) not in _EXTREMES and not by_another:
        return node
    key = _key(node.expression if by_another else node.this, node.find_ancestor(exp.Select), parts)
    if key is None:
        return node
    if by_another:
        node.set("expression", key)
        return node
    return _EXTREMES[type(node)](this=node.this.copy(), expression=key)


def _key(by: exp.Expression, within: exp.Select | None, parts: Mapping[str, exp.Select]) -> exp.Expression | None:
    """What a struct is ordered by; None for what is no struct."""
    if isinstance(by, exp.Struct):
        fields = [part.expression for part in by.expressions]
    elif isinstance(by, exp.Column) and within and (names := _names(by.name, within, parts)):
        fields = [exp.Dot.build([by.copy(), exp.to_identifier(name)]) for name in names]
    else:
        return None
    pairs = [
        inner
        for one in fields
        for inner in (exp.Is(this=one.copy(), expression=exp.Null()), _key(one, within, parts) or one.copy())
    ]
    return exp.Struct(expressions=pairs)


def _names(column: str, within: exp.Select, parts: Mapping[str, exp.Select]) -> list[str]:
    """The fields of a struct that a SELECT reads under this name, from where one of its named parts makes it."""
    for source in (within.args.get("from_"), *within.args.get("joins", [])):
        inner = parts.get(source.this.name) if source and isinstance(source.this, exp.Table) else None
        for given in inner.selects if inner else ():
            if given.is_star and inner and (found := _names(column, inner, parts)):
                return found
            made = given.this if isinstance(given, exp.Alias) and given.alias == column else None
            while isinstance(made, _KEEPING):
                made = made.this
            if isinstance(made, exp.Struct):
                return [field.name for field in made.expressions]
            if isinstance(made, exp.Column) and inner and (found := _names(made.name, inner, parts)):
                return found
    return []
