"""The reference pages of the documentation, made from the code: commands, settings, the form's language, the Python names.

python tools/site_reference.py FOLDER      writes them, to be looked at; `make site` puts them into the site
"""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import xlsync
import xlsync.errors
import xlsync.ooxml
from xlsync.city import settings
from xlsync.cli.app import app
from xlsync.form.definition import Definition

_TYPE_WORDS: Final = {
    "str": "文字列",
    "int": "整数",
    "float": "数",
    "bool": "true / false",
    "NoneType": "なし",
}


def pages() -> dict[str, str]:
    """Return the pages by their paths in the documentation."""
    return {
        "reference/commands.md": commands_page(),
        "reference/settings.md": settings_page(),
        "reference/form-language.md": form_page(),
        "reference/python.md": python_page(),
    }


def commands_page() -> str:
    """Return the page of every command with its options, as the program knows them."""
    top = typer.main.get_command(app)
    lines = ["# コマンド", "", "`xlsync コマンド --help` と同じ内容です。", ""]
    for words, command in _commands(top, ()):
        lines += [f"## xlsync {' '.join(words)}", "", (command.help or "").strip(), ""]
        lines += [f"    xlsync {' '.join([*words, *_usage(command)])}", ""]
        options = [each for each in command.params if _is_shown_option(each)]
        if options:
            lines += ["| オプション | 内容 |", "| --- | --- |"]
            lines += [_option_row(option) for option in options]
            lines.append("")
    return "\n".join(lines)


def _commands(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, with the words that call it."""
    children: Mapping[str, Any] = getattr(command, "commands", {})
    if not children or getattr(command, "invoke_without_command", False):
        yield words, command
    for name, child in children.items():
        if not child.hidden:
            yield from _commands(child, (*words, name))
        elif words:  # what a group does without the name of a command
            yield words, child


def _is_shown_option(parameter: Any) -> bool:
    return parameter.param_type_name == "option" and not parameter.hidden


def _usage(command: Any) -> Iterator[str]:
    for each in command.params:
        if each.param_type_name == "argument":
            name = (each.metavar or each.name or "").upper().strip("[]")
            yield name if each.required else f"[{name}]"


def _option_row(option: Any) -> str:
    names = ", ".join((*option.opts, *option.secondary_opts))
    return f"| `{names}` | {_cell(option.help or '')} |"


def settings_page() -> str:
    """Return the page of every setting of xlsync.toml, as the program reads it."""
    lines = [
        "# 設定（xlsync.toml）",
        "",
        "書かない項目は、初めの値になります。知らない項目は、場所を示して断ります。",
        "",
    ]
    lines += _tables(settings.SettingsDocument, "", "xlsync.toml の表の外")
    return "\n".join(lines)


def form_page() -> str:
    """Return the page of every entry of form.toml, as the program reads it."""
    lines = [
        "# 様式の定義（form.toml）",
        "",
        "欄の一覧は [form.md](../form.md) です。ここには、書ける項目のすべてを示します。",
        "",
    ]
    lines += _tables(Definition, "", "form.toml の表の外")
    return "\n".join(lines)


def _tables(model: type[BaseModel], name: str, heading: str) -> Iterator[str]:
    """Yield a model as a table of its entries, then those of the models in it."""
    model.model_rebuild()  # without it pydantic 2.10 does not know yet what is written for each entry
    shown = f"[{name}]" if name else heading
    yield f"## {shown}"
    yield ""
    yield (vars(model).get("__doc__") or "").partition("\n")[0]
    yield ""
    yield "| 項目 | 書くもの | 初めの値 |"
    yield "| --- | --- | --- |"
    inner: list[tuple[str, type[BaseModel]]] = []
    for key, entry in model.model_fields.items():
        written = entry.alias or key
        models = list(_models_in(entry.annotation))
        inner += [(_name_of(name, written, entry, each), each) for each in models]
        yield f"| `{written}` | {_cell(_type_words(entry))} | {_default_of(entry)} |"
    yield ""
    for inner_name, each in inner:
        yield from _tables(each, inner_name, "")


def _name_of(above: str, written: str, entry: FieldInfo, model: type[BaseModel]) -> str:
    """Return what an inner table is called: with its tag (check = "sum") where it is one of several."""
    path = ".".join(filter(None, (above, written)))
    repeated = f"[{path}]" if _is_list(entry.annotation) else path
    tags = (
        f'{key} = "{get_args(tag.annotation)[0]}"'
        for key, tag in model.model_fields.items()
        if key in {"check", "page", "block"} and get_args(tag.annotation)
    )
    return " ".join(filter(None, (repeated, next(tags, ""))))


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _type_words(entry: FieldInfo) -> str:
    annotation = entry.annotation
    words = [*dict.fromkeys(_words_of(annotation))]
    return "、".join([*words, *_limits(entry)])


def _limits(entry: FieldInfo) -> Iterator[str]:
    words = {"ge": "{}以上", "gt": "{}より大きい", "le": "{}以下", "lt": "{}より小さい"}
    words |= {"min_length": "{}つ以上", "max_length": "{}まで", "pattern": "`{}` に合うもの"}
    for limit in entry.metadata:
        for name, sentence in words.items():
            if getattr(limit, name, None) is not None:
                yield sentence.format(getattr(limit, name))


def _words_of(annotation: Any) -> Iterator[str]:
    origin = get_origin(annotation)
    if origin is typing.Literal:
        yield "、".join(f"`{each!r}`".replace("'", '"') for each in get_args(annotation))
    elif origin is list:
        yield f"並び（{'、'.join(_words_of(get_args(annotation)[0]))}）"
    elif origin is dict:
        yield f"名前ごとの表（{'、'.join(_words_of(get_args(annotation)[1]))}）"
    elif origin in {typing.Union, types.UnionType, typing.Annotated}:
        for inner in get_args(annotation)[: 1 if origin is typing.Annotated else None]:
            yield from _words_of(inner)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield "表"
    else:
        name = getattr(annotation, "__name__", str(annotation))
        yield _TYPE_WORDS.get(name, name)


def _default_of(entry: FieldInfo) -> str:
    if entry.is_required():
        return "**必ず書く**"
    default = entry.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, BaseModel) or default in (None, [], {}):
        return ""
    return f"`{_toml(default)}`"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def python_page() -> str:
    """Return the page of the public Python names, with their signatures and docstrings."""
    lines = ["# Python から使う", "", f"```\n{inspect.getdoc(xlsync)}\n```", ""]
    for name in xlsync.__all__:
        value = getattr(xlsync, name)
        if inspect.ismodule(value) or name.startswith("__"):
            continue
        lines += _described(f"xlsync.{name}", value)
    for name in xlsync.ooxml.__all__:
        lines += _described(f"xlsync.ooxml.{name}", getattr(xlsync.ooxml, name))
    lines += ["## xlsync.errors", "", "| クラス | `code` | 意味 |", "| --- | --- | --- |"]
    lines += [
        f"| `{error.__name__}` | `{error.code}` | {_cell(_first_line(error))} |"
        for error in vars(xlsync.errors).values()
        if isinstance(error, type) and issubclass(error, xlsync.errors.XlsyncError)
    ]
    return "\n".join([*lines, ""])


def _described(name: str, value: Any) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield f"```python\n{name}{_signature(value)}\n```"
    yield ""
    yield f"```text\n{inspect.getdoc(value) or ''}\n```"
    yield ""
    members = inspect.getmembers(value) if inspect.isclass(value) else []
    for member, inner in members:
        own = getattr(inner, "__module__", "") or ""
        if not member.startswith("_") and callable(inner) and own.startswith("xlsync"):
            yield f"- `{member}{_signature(inner)}` — {_first_line(inner)}"
    yield ""


def _signature(value: Any) -> str:
    try:
        return re.sub(r" object at 0x[0-9a-f]+", "", str(inspect.signature(value)))
    except (TypeError, ValueError):
        return ""


def _first_line(value: Any) -> str:
    return (inspect.getdoc(value) or "").partition("\n")[0]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    """Write the pages below a folder."""
    folder = Path(sys.argv[1])
    for path, text in pages().items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
