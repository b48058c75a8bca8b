"""Corpora as tests: many rows in one case, which goes on after a miss and prints every one."""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

LONGEST_VALUE = 300  # characters that a miss shows of one value
MOST_LINES = 8  # that it shows of its error


def folded(
    names: str | Sequence[str],
    rows: Iterable[Any],
    *,
    by: str | None = None,
    ids: Callable[[Any], object] | Iterable[object] | None = None,
) -> Callable[[Any], Any]:
    """Like `pytest.mark.parametrize`, with one case for all rows instead of one for each.

    by: the name of a column; rows with the same value there are a case of their own, named by it.
    ids: what a miss is told by, as in `parametrize`; without it, by the row's values.
    Whatever else the test asks for is a fixture, made once a case: rows must not see what others left in it.
    """
    columns = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    table = [_values(row, len(columns)) for row in rows]
    assert table, "a corpus without rows proves nothing"
    labels = _labels(table, ids)
    cases: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for label, row in zip(labels, table, strict=True):
        case = "rows" if by is None else str(row[columns.index(by)])
        cases.setdefault(case, []).append((label, dict(zip(columns, row, strict=True))))

    def decorate(test: Any) -> Any:
        signature = inspect.signature(test)
        assert set(columns) <= set(signature.parameters), f"{test.__name__} does not take {columns}"
        fixtures = [parameter for name, parameter in signature.parameters.items() if name not in columns]

        async def wait(case: str, **given: Any) -> None:
            misses: list[str] = []
            for label, row in cases[case]:
                with _noting(misses, label):
                    await test(**row, **given)
            _fail(misses, of=len(cases[case]))

        def go(case: str, **given: Any) -> None:
            misses: list[str] = []
            for label, row in cases[case]:
                with _noting(misses, label):
                    test(**row, **given)
            _fail(misses, of=len(cases[case]))

        run: Any = wait if inspect.iscoroutinefunction(test) else go
        functools.update_wrapper(run, test)
        del run.__wrapped__
        case = inspect.Parameter("case", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = inspect.Signature([case, *fixtures])
        return pytest.mark.parametrize("case", list(cases))(run)

    return decorate


def _values(row: Any, width: int) -> tuple[Any, ...]:
    """What a row holds; it may be a `pytest.param`."""
    values = getattr(row, "values", None)
    if isinstance(values, tuple):
        return values
    return tuple(row) if width > 1 else (row,)


def _labels(table: list[tuple[Any, ...]], ids: Callable[[Any], object] | Iterable[object] | None) -> list[str]:
    if ids is None:
        return [", ".join(repr(value)[:LONGEST_VALUE] for value in row) for row in table]
    if callable(ids):
        return [", ".join(str(ids(value)) for value in row) for row in table]
    return [str(name) for name in ids]


@contextmanager
def _noting(misses: list[str], label: str) -> Iterator[None]:
    try:
        yield
    except (Exception, pytest.fail.Exception) as miss:
        misses.append(_tell(label, miss))


def _tell(label: str, miss: BaseException) -> str:
    told = str(miss).splitlines() or [""]
    return "\n    ".join([label, f"{type(miss).__name__}: {told[0]}", *told[1:MOST_LINES]])


def _fail(misses: list[str], *, of: int) -> None:
    if misses:
        pytest.fail(f"{len(misses)} of {of} rows:\n" + "\n".join(misses), pytrace=False)
