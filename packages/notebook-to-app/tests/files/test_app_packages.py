"""What only the notebooks have is told from what the app has too, by the app's lock."""

from pathlib import Path

import pytest

from notebook_to_app.core.refusal import Refusal
from notebook_to_app.files.app_packages import check_imports, locked, missing_in


@pytest.fixture
def lock(source: Path) -> Path:
    path = source / "requirements.txt"
    path.write_text("flask==3.1.3 \\\n    --hash=sha256:00\nMarkup_Safe==3.0\nlibcst==1.9\n")
    return path


def test_a_package_that_is_not_in_the_lock_is_missing(lock: Path) -> None:
    assert missing_in(locked(lock), "jupyter_client") == "jupyter-client"
    assert missing_in(locked(lock), "jinja2") == "jinja2"
    assert missing_in(locked(lock), "flask") is None
    assert missing_in(locked(lock), "json") is None
    assert missing_in(locked(lock), "nowhere") is None
    assert missing_in(locked(lock.with_name("none")), "jinja2") is None


@pytest.mark.parametrize(
    "code", ["import jupyter_client.manager", "def f():\n    from jupyter_client import kernelspec"]
)
def test_code_that_imports_it_is_refused_with_what_to_do(lock: Path, code: str) -> None:
    with pytest.raises(Refusal, match=r"does not have jupyter-client, .* comes from: `%add jupyter-client` adds it"):
        check_imports(code, lock)


def test_code_of_tests_is_refused_by_the_lock_for_development(lock: Path) -> None:
    with pytest.raises(Refusal, match="`%add --dev jupyter-client` adds it"):
        check_imports("import jupyter_client", lock.rename(lock.with_name("requirements-dev.txt")))


def test_a_module_that_nothing_here_has_is_refused_too(lock: Path) -> None:
    with pytest.raises(Refusal, match="There is no module nowhere here, nor in the app: `%add PACKAGE` adds"):
        check_imports("from nowhere.at import all", lock)
    check_imports("import nowhere", lock.with_name("none"))


@pytest.mark.parametrize(
    "code",
    [
        "import flask, json",
        "from functions import text",
        "from . import x",
        "try:\n    import jinja2\nexcept ImportError: ...",
        "if TYPE_CHECKING:\n    from _typeshed.wsgi import StartResponse",
    ],
)
def test_any_other_import_is_fine(lock: Path, code: str) -> None:
    check_imports(code, lock)
