"""``%%bring`` of a file that is no module: a template, a stylesheet, or any other."""

from notebook_support.kernel import Kernel


def test_a_template_is_checked_written_and_taken_back(kernel: Kernel) -> None:
    path = kernel.source / "templates/shop.html"

    assert "Line 3 of the cell" in kernel.refusal("%%bring templates/shop.html\n<p>\n{% if %}</p>\n")
    assert "templates/shop.html (new)" in kernel.bring("%%bring templates/shop.html\n<p>{{ name }}</p>\n")
    assert kernel.value("from flask import render_template\nrender_template('shop.html', name='<a>')") == (
        "'<p>&lt;a&gt;</p>'"
    )
    assert "-<p>{{ name }}</p>\n+<b></b>" in kernel.bring("%%bring templates/shop.html\n<b></b>\n")
    kernel.bring("%bring --undo")
    assert path.read_text() == "<p>{{ name }}</p>\n"
    kernel.bring("%bring --undo")
    assert not path.exists()


def test_a_stylesheet_that_looks_like_code_is_written_and_not_run(kernel: Kernel) -> None:
    kernel.bring("%%bring static/page.css\nbody\n")

    assert (kernel.source / "static/page.css").read_text() == "body\n"
