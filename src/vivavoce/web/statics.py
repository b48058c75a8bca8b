"""Static files by addresses that change with them: the version stands in the path, so modules keep to it."""

import hashlib
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"  # kept, but asked for each time whether it is still so
_IMPORT = re.compile(r"""^(?:import|export)\b[^"';]*?from\s*["'](\.[^"']+)["']|^import\s*["'](\.[^"']+)["']""", re.M)


class Statics:
    """The files under static/, as pages name them."""

    def __init__(self, folder: Path = STATIC) -> None:
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        self._folder = folder
        self._names = {file.relative_to(folder).as_posix() for file in files}
        # One version for all: a module imports others by their names alone, and must never meet another release's.
        told = hashlib.sha256()
        for file in files:
            told.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
        self.version = told.hexdigest()[:12]
        self._modules: dict[str, tuple[str, ...]] = {}
        self._texts: dict[str, str] = {}

    def address(self, name: str) -> str:
        """The address of a file. Raises KeyError where there is none."""
        if name not in self._names:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def read(self, address: str) -> str:
        """The text of the file at this address of ours."""
        name = address.removeprefix(f"/static/{self.version}/")
        if name not in self._texts:
            self._texts[name] = (self._folder / name).read_text(encoding="utf-8")
        return self._texts[name]

    def module(self, name: str) -> Markup:
        """The script, and word of all that it imports, so that a browser fetches them at once and not one by one."""
        tags = [
            Markup('<link rel="modulepreload" href="{}">').format(self.address(module)) for module in self.imports(name)
        ]
        tags.append(Markup('<script type="module" src="{}"></script>').format(self.address(name)))
        return Markup("\n").join(tags)

    def imports(self, name: str) -> tuple[str, ...]:
        """Every module that this one leads to, the nearest first."""
        if name not in self._modules:
            modules, waiting = [name], [name]
            while waiting:
                module = waiting.pop(0)
                text = (self._folder / module).read_text(encoding="utf-8")
                for match in _IMPORT.finditer(text):
                    other = (self._folder / module).parent.joinpath(match[1] or match[2]).resolve()
                    path = other.relative_to(self._folder.resolve()).as_posix()
                    if path not in modules:
                        modules.append(path)
                        waiting.append(path)
            self._modules[name] = tuple(modules[1:])
        return self._modules[name]


@cache
def own_statics() -> Statics:
    """Those of this release, read once: they change with it alone."""
    return Statics()


class KeptFiles(StaticFiles):
    """Serves them. What is asked for by this version's address, browsers keep for a year."""

    def __init__(self, statics: Statics) -> None:
        super().__init__(directory=STATIC)
        self._version = statics.version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_this_version = scope.get("path_params", {}).get("version") == self._version
        await super().__call__({**scope, "vivavoce.is_this_version": is_this_version}, receive, send)

    def file_response(self, full_path: object, stat_result: object, scope: Scope, *args: object) -> Response:
        response: Response = super().file_response(full_path, stat_result, scope, *args)  # type: ignore[arg-type]
        # While servers of two releases stand side by side, one is asked for the other's files: it gives its own, but
        # nobody is to keep them under that address.
        response.headers["Cache-Control"] = KEPT if scope["vivavoce.is_this_version"] else ASKED_AGAIN
        response.headers["X-Content-Type-Options"] = "nosniff"
        if str(full_path).endswith(".js"):  # a worker is held by its own script's policy, not by its page's
            response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response
