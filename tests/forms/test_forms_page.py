"""The Python on docs/FORMS.md runs and says what the page says."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "FORMS.md"


def test_the_example_on_the_page_runs() -> None:
    code = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, object] = {}
    exec(code, names)
    w = names["w"]
    assert w.d() == 0  # type: ignore[attr-defined]
    assert w.potential().d() == w  # type: ignore[attr-defined]
    last = code.strip().splitlines()[-1].split("#")[0]
    assert eval(last, names) == 2
