"""How much of the machine code that measuring needs is still to be compiled, which is done once."""

import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from analytics.kernel import Kernel
from analytics.signal import Family

A_KERNEL = 0.6
"""Processor seconds that compiling one kernel took: 88 of them, for the default set, in 55 seconds."""

FEW = 8
"""So many kernels may never be compiled by themselves: others hold their code."""


def compiling(families: Iterable[Family]) -> float:
    """Processor seconds of compiling before these families can be measured; 0 where it was done before.

    Code is looked for where ``analytics.kernel`` keeps it first, beside the source file. Where that folder
    cannot be written it lies elsewhere, or nowhere, and nothing is said.
    """
    kernels = _kernels(_modules(families))
    left = [kernel for kernel in kernels if not _is_kept(kernel)]
    return 0.0 if len(left) <= FEW else round(A_KERNEL * len(left), 1)


def _modules(families: Iterable[Family]) -> set[str]:
    """Our modules that measuring may run: those of the functions, and all that these name."""
    found: set[str] = set()
    left = {signal.measure.__module__ for family in families for signal in family.signals}
    while left:
        name = left.pop()
        if name in found or not name.startswith(f"{__package__}."):
            continue
        found.add(name)
        for value in vars(sys.modules[name]).values():
            if isinstance(value, ModuleType):
                left.add(value.__name__)
            else:
                held = value.function if isinstance(value, Kernel) else value
                left.add(getattr(held, "__module__", None) or "")
    return found


def _kernels(modules: Iterable[str]) -> set[Kernel[..., object]]:
    values = (value for name in modules for value in vars(sys.modules[name]).values())
    return {value for value in values if isinstance(value, Kernel)}


def _is_kept(kernel: Kernel[..., object]) -> bool:
    """Whether a kernel's machine code lies on disk, not older than its source."""
    code = kernel.function.__code__
    source = Path(code.co_filename)
    folder = source.parent / "__pycache__"
    # as Numba names it: the module, the name with a hash after it, and the line
    kept = folder.glob(f"{source.stem}.{kernel.__name__}-*-{code.co_firstlineno}.py*.nbi")
    try:
        written = source.stat().st_mtime
        return any(file.stat().st_mtime >= written for file in kept)
    except OSError:
        return True
