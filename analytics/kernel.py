"""Loops over bytes, compiled by Numba when they are first called.

Importing Numba takes half a second, which the dashboard's start and ``assay preview`` must not pay; so a
family's file declares its loops with ``@kernel`` and compiles none of them by being imported. Machine code
is kept on disk: in ``__pycache__`` beside the file, else in the user's cache folder, else nowhere (then each
process compiles anew). Numba knows code as stale by the text of its own file only; what a kernel takes from
elsewhere (kernels it calls, constants it imports) is therefore hashed into the name it is kept under.
"""

import dis
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from hashlib import sha256
from types import CodeType, ModuleType
from typing import Any, Generic, ParamSpec, TypeVar, get_args, get_type_hints

Given = ParamSpec("Given")
Made = TypeVar("Made")


class Kernel(Generic[Given, Made]):
    """A compiled function of numbers and arrays; its annotations are its signature.

    Array arguments are one-dimensional, contiguous and only read; what is made is returned. A kernel
    may call another. The interpreter's lock is released while it runs.
    """

    def __init__(self, function: Callable[Given, Made]) -> None:
        self.function = function
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Made:
        made: Made = self.compiled(*args, **kwargs)
        return made

    @cached_property
    def compiled(self) -> Any:
        """Numba's dispatcher, holding machine code for the one signature."""
        numba = _numba()
        from numba.extending import typeof_impl

        # A kernel named inside another is typed as the function it compiles to.
        typeof_impl.register(Kernel, lambda kernel, _: numba.types.Dispatcher(kernel.compiled))
        self.function.__qualname__ = f"{self.__name__}-{self._elsewhere()}"
        # What returns numbers makes no array. It then need not count who holds those it is given, which would
        # cost a short kernel more than all else it does; Numba has no public name for that.
        makes_arrays = "ndarray" in str(get_type_hints(self.function)["return"])
        # No code in C calls a kernel: what such a call would go through takes a fifth of the time to compile.
        options: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True, "_nrt": makes_arrays}
        dispatcher = numba.njit(**options)(self.function)
        with suppress(RuntimeError):  # no folder can be written: slower to start, no less right
            dispatcher.enable_caching()
        with _nothing_collected():
            dispatcher.compile(tuple(self._signature()))
        dispatcher.disable_compile()
        return dispatcher

    def _signature(self) -> Iterator[Any]:
        import numba

        hints = get_type_hints(self.function)
        hints.pop("return")
        for hint in hints.values():
            if hint in (int, float, bool):
                yield {int: numba.int64, float: numba.float64, bool: numba.boolean}[hint]
            else:
                (number,) = get_args(get_args(hint)[1])  # NDArray[number] is ndarray[shape, dtype[number]]
                yield numba.types.Array(numba.from_dtype(number), 1, "C", readonly=True)

    def _elsewhere(self) -> str:
        """Hash of what is compiled in and may stand in another file; 16 hexadecimal digits.

        Raises:
            TypeError: the code takes a global whose changes could not be told; machine code would go stale.
        """
        digest = sha256()
        for name in self.function.__code__.co_names:
            if name not in self.function.__globals__:
                continue
            value = self.function.__globals__[name]
            if isinstance(value, Kernel):
                digest.update(f"{name} {value._whole}".encode())
            elif isinstance(value, int | float | str | tuple):
                digest.update(f"{name} {value!r}".encode())
            elif not isinstance(value, ModuleType) and self._takes(name):
                raise TypeError(
                    f"The kernel {self.__name__} takes the global {name}, of type {type(value).__name__}. "
                    "Name a kernel or a constant number, text or tuple, or make it an argument."
                )
        return digest.hexdigest()[:16]

    @cached_property
    def _whole(self) -> str:
        """All that a kernel which calls this one compiles of it."""
        hints = self.function.__annotations__.items()
        return f"{list(hints)} {list(_parts(self.function.__code__))} {self._elsewhere()}"

    def _takes(self, name: str) -> bool:
        """Whether the code reads this global; an attribute may have the same name."""
        return any(
            step.opname == "LOAD_GLOBAL" and step.argval == name
            for step in dis.get_instructions(self.function)
        )


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Leave the collector of cycles off: compiling makes hardly any, and a fifth of it goes there."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _parts(code: CodeType) -> Iterator[Any]:
    """What a function does, and not where it stands; the same in every process."""
    yield from (code.co_code, code.co_exceptiontable, code.co_names, code.co_varnames, code.co_freevars)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _parts(constant)
        else:
            yield sorted(map(repr, constant)) if isinstance(constant, frozenset) else constant


@cache
def _numba() -> Any:
    """Numba, which on its way looks for SciPy's BLAS: a quarter of a second for what no kernel calls."""
    import numba
    from numba.np import linalg

    def ensure_blas() -> None:
        raise ImportError

    if "numba.np.arraymath" not in sys.modules:
        before, linalg.ensure_blas = linalg.ensure_blas, ensure_blas
        try:
            import numba.np.arraymath
        finally:
            linalg.ensure_blas = before
    return numba


def kernel(function: Callable[Given, Made]) -> Kernel[Given, Made]:
    """Compile a function when it is first called."""
    return Kernel(function)
