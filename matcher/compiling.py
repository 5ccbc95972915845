"""Compiling (编译): how the kernels of ranking and of allocation are compiled, and where compiled code is kept.

Numba keeps compiled code in files and looks at the age of the one source file a function stands in. Ours call one
another across files, so the folder is named by a hash over all of them: another source, another folder. It lies
where a plain user may write even if the package itself is read-only: `NUMBA_CACHE_DIR` if set, else the user's own
cache folder, else a private one among the temporary files.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])

Array: TypeAlias = Any
"""Array of a kernel. Which type it has the compiler knows better than we could write: it compiles one for each."""

Number: TypeAlias = Any
"""Whole number, Python's own or one of numpy's."""

Truth: TypeAlias = Any
"""Truth value, Python's own or numpy's."""

_PRIVATE = 0o700

_WITH_KERNELS = ("allocation", "ranking")


def cache_folder() -> Path | None:
    """Return a folder for compiled code that is ours alone and may be written, or None if there is none."""
    name = f"kernels-{_source_hash()}"
    for parent in _parents():
        folder = parent / name
        try:
            folder.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            folder.mkdir(mode=_PRIVATE, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK) and _is_ours(folder) and _is_ours(folder.parent):
            return folder
    return None


def _is_ours(folder: Path) -> bool:
    """Say whether nobody else could have put code into a folder, or another folder in its place."""
    found = folder.lstat()
    others = stat.S_IWGRP | stat.S_IWOTH
    return (
        stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & others
    )


def _parents() -> Iterator[Path]:
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        yield Path(given)
    base = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    if base.is_absolute():  # "~" stays "~" for a user without a home
        yield base / "yangguang"
    with suppress(FileNotFoundError):  # no temporary folder may be written either
        yield Path(tempfile.gettempdir()) / f"yangguang-{os.getuid()}"


def _source_hash() -> str:
    """Hash the compiler's version, how it is called, and both packages: kernels freeze constants of others as well."""
    digest = hashlib.sha256(numba.__version__.encode())
    digest.update(Path(__file__).read_bytes())
    for package in _WITH_KERNELS:
        for path in sorted((Path(__file__).parent / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


_FOLDER = cache_folder()


def compiled(function: F) -> F:
    """Compile a function when it is first called; it lets other threads run meanwhile.

    Without a folder to keep it in, code is compiled anew in every process.
    """
    return _compiled(function)


def compiled_lean(function: F) -> F:
    """Compile a function that neither makes nor returns an array, not even a view of one.

    So its arrays cannot vanish while it works, and nobody needs to count who still uses them. Counting is what small
    functions with tens of arrays spend most of their time on: a plan takes a quarter of the time without. The option
    is the one numba compiles its own strings with.
    """
    return _compiled(function, _nrt=False)


def _compiled(function: F, **options: Any) -> F:
    if _FOLDER is not None:
        numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]  # made when numba is imported
    return cast(F, numba.njit(cache=_FOLDER is not None, nogil=True, **options)(function))


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """View of an array as kernels take all they only read, be it in memory or mapped from a file.

    Whether an array is read-only is part of its type, and every combination of types is compiled anew.
    """
    view = np.ascontiguousarray(array).view(np.ndarray)
    view.flags.writeable = False
    return view
