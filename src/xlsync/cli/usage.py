"""Help and wrong usage in Japanese: typer writes the headings and its own sentences in English.

The text of a command's help is translated phrase by phrase, the error of a wrong option sentence by sentence. A
phrase that a newer typer words differently stays English; the test of every command's help notices it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from errno import EACCES, EDQUOT, EIO, ENOSPC, EROFS
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.models import CommandInfo

_HELP: Final[Mapping[str, str]] = {
    r"^Usage: ": "使い方：",
    r"\[OPTIONS\]": "[オプション]",
    r"COMMAND \[ARGS\]\.\.\.": "コマンド …",
    r"^Options:$": "オプション：",
    r"^Arguments:$": "引数：",
    r"^Commands:$": "コマンド：",
    r"\[default:\s+\(?([^\]]*?)\)?\]": r"［書かないとき：\1］",
    r"\[required\]": "［必須］",
    r"Show this message and exit\.": "この説明を表示します。",
    r"Install completion for the current shell\.": "シェルの補完（Tabキー）を使えるようにします。",
    r"Show completion for the current shell, to copy it or\s+customize the installation\.": (
        "シェルの補完の設定を表示します。"
    ),
}
_ERRORS: Final[Mapping[str, str]] = {
    r"No such option: (\S+)": r"\1 というオプションはありません",
    r" \(Possible options: (.+)\)$": r"（もしかして：\1）",
    r"No such command '(.*?)'\.": r"\1 というコマンドはありません",
    r" Did you mean (.+)\?$": r"（もしかして：\1）",
    r"^Missing command\.$": "コマンドを書いてください",
    r"^Missing argument '?([^']*?)'?\.": r"\1 を書いてください",
    r"^Missing option '(.*?)'\.": r"\1 を書いてください",
    r"^Invalid value for '?(.*?)'?: (?:Value error, )?": r"\1 の値が正しくありません：",
    r"^Invalid value: ": "",
    r"Input should be a valid integer.*": "整数で書いてください",
    r"Input should be a valid number.*": "数で書いてください",
    r"'(.*?)' is not one of (.+?)\.$": r"\1 は使えません。次のどれかを書いてください：\2",
    r"'(.*?)' does not match the formats? '%Y-%m-%d'\.": r"\1 は日付として読めません（例 2026-05-31）",
    r"^Got unexpected extra argument(?:s|\(s\))? \((.+)\)$": r"余分な語があります：\1",
    r"^Option '(.*?)' requires (?:an argument|\d+ arguments)\.": r"\1 には値が要ります",
    r"^Option '(.*?)' does not take a value\.": r"\1 に値は付けられません",
}


def in_japanese(text: str, phrases: Mapping[str, str] = _HELP) -> str:
    """Return a text of typer's with its phrases in Japanese."""
    for pattern, japanese in phrases.items():
        text = re.sub(pattern, japanese, text, flags=re.MULTILINE)
    return text


class JapaneseCommand(TyperCommand):
    """A command whose help and usage are Japanese."""

    def get_help(self, ctx: Any) -> str:
        """Return the text of `--help`."""
        return in_japanese(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """Return the line that shows how the command is called."""
        return in_japanese(super().get_usage(ctx))


class JapaneseGroup(TyperGroup):
    """A group of commands whose help and usage are Japanese."""

    def get_help(self, ctx: Any) -> str:
        """Return the text of `--help`."""
        return in_japanese(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """Return the line that shows how the commands are called."""
        return in_japanese(super().get_usage(ctx))


class JapaneseTyper(typer.Typer):
    """A typer application in which every command's help is Japanese."""

    def __init__(self, group: type[JapaneseGroup] = JapaneseGroup, **options: Any) -> None:
        super().__init__(
            cls=group, rich_markup_mode=None, pretty_exceptions_enable=False, **options
        )

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Return the decorator that adds a command."""
        return super().command(name, cls=JapaneseCommand, **options)

    def with_command(self, name: str) -> JapaneseTyper:
        """Return the application with the one command or group of a name, or with all of them where none is called so.

        typer builds every command of an application before it looks which one is called.
        """
        only = copy.copy(self)
        only.registered_commands = [
            info for info in self.registered_commands if _name_of(info) == name
        ]
        only.registered_groups = []
        for info in self.registered_groups:
            if info.name == name:
                only.registered_groups.append(info)
            elif isinstance(info.typer_instance, JapaneseTyper) and not isinstance(info.name, str):
                inner = info.typer_instance.with_command(name)
                if inner is not info.typer_instance:
                    only.registered_commands += inner.registered_commands
        return only if only.registered_commands or only.registered_groups else self


def _name_of(info: CommandInfo) -> str | None:
    if info.name or info.callback is None:
        return info.name
    return info.callback.__name__.lower().replace("_", "-")


def usage_error(fault: Exception) -> tuple[str, int] | None:
    """Return what to say of wrong usage, and the exit code; None where the exception is another one.

    typer and click each have a class of their own for it, of which only some are public: both have `format_message`.
    """
    if not hasattr(fault, "format_message"):
        return None
    code = int(getattr(fault, "exit_code", 2))
    sentence = fault.format_message()
    context = getattr(fault, "ctx", None)
    if "\n" in sentence:  # a command without any words: its whole help
        return sentence, code
    lines = [f"エラー：{in_japanese(sentence, _ERRORS)}"]
    if context is not None:
        lines.insert(0, context.get_usage())
        lines.append(f"`{context.command_path} --help` で説明を表示します。")
    return "\n".join(lines), code


_REFUSED: Final = {ENOSPC, EDQUOT, EROFS, EACCES, EIO}


def disk_error(fault: Exception) -> tuple[str, int] | None:
    """Return what to say where a disk or folder refuses, as that of temporary files, and the exit code, else None."""
    if not isinstance(fault, OSError) or fault.errno not in _REFUSED:
        return None
    file = f"{fault.filename}：" if fault.filename else ""
    return (
        f"xlsync: {file}読み書きできません（{fault.strerror}）。空き容量と、読み書きの権限を確かめてください",
        3,
    )
