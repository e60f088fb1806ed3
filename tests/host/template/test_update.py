"""``docker compose run --rm update orders`` brings what is new, and keeps what the owner has changed."""

import os

from host.conftest import Stack
from host.template.conftest import Repository, Template


def test_a_change_elsewhere_in_a_file_of_the_owners_is_merged(template: Template, orders: Repository) -> None:
    orders.replace("orders/config.py", "16 * 1024 * 1024", "99 * 1024 * 1024")
    template.replace("worker-node/config.py", '"""The settings of the app', '"""All settings of the app')

    updated = template.update("orders")

    assert updated.returncode == 0, updated.stderr
    assert "`git commit` keeps it" in updated.stdout
    assert '"""All settings of the app' in orders.read("orders/config.py")
    assert "99 * 1024 * 1024" in orders.read("orders/config.py")
    assert orders.status == ["M  .made-from.json", "M  orders/config.py"]


def test_a_conflict_is_shown_as_one_and_both_sides_are_there(template: Template, orders: Repository) -> None:
    orders.replace("compose.yaml", "stop_grace_period: 3s", "stop_grace_period: 5s")
    template.replace("compose.yaml", "stop_grace_period: 3s", "stop_grace_period: 4s")

    updated = template.update("orders")

    assert updated.returncode == 1
    assert "\ncompose.yaml\n" in updated.stdout
    assert "UU compose.yaml" in orders.status
    text = orders.read("compose.yaml")
    assert text.index("<<<<<<<") < text.index("5s") < text.index("|||||||") < text.index(": 3s") < text.index("4s")
    orders.git("reset", "--hard")
    assert "stop_grace_period: 5s" in orders.read("compose.yaml")


def test_a_change_follows_a_file_that_the_owner_has_moved(template: Template, orders: Repository) -> None:
    orders.git("mv", "docs/kubernetes.md", "docs/cluster.md")
    orders.commit()
    template.write("docs/kubernetes.md", template.read("docs/kubernetes.md") + "\nAdded later.\n")

    assert template.update("orders").returncode == 0

    assert orders.read("docs/cluster.md").endswith("\nAdded later.\n")
    assert not (orders.folder / "docs/kubernetes.md").exists()


def test_a_change_of_a_file_that_the_owner_has_removed_is_a_conflict(template: Template, orders: Repository) -> None:
    orders.git("rm", "--quiet", "docs/kubernetes.md")
    orders.commit()
    template.write("docs/kubernetes.md", template.read("docs/kubernetes.md") + "\nAdded later.\n")

    updated = template.update("orders")

    assert updated.returncode == 1
    assert "\ndocs/kubernetes.md\n" in updated.stdout
    assert "DU docs/kubernetes.md" in orders.status


def test_a_new_file_of_the_owners_is_never_written_over(template: Template, orders: Repository) -> None:
    (orders.folder / "docs/logs.md").write_text("The owner's.\n")
    template.write("docs/logs.md", "From here.\n")

    refused = template.update("orders")

    assert refused.returncode == 1
    assert "docs/logs.md" in refused.stderr
    assert orders.status == ["?? docs/logs.md"]
    assert orders.read("docs/logs.md") == "The owner's.\n"


def test_what_is_added_arrives_and_what_is_for_here_alone_does_not(template: Template, orders: Repository) -> None:
    template.write("docs/logs.md", "Logs of worker-node.\n")
    template.write("benchmarks/notes.md", "For here.\n")
    template.git("rm", "--quiet", ".editorconfig")
    template.commit()

    assert template.update("orders").returncode == 0

    assert orders.status == ["D  .editorconfig", "M  .made-from.json", "A  docs/logs.md"]
    assert orders.read("docs/logs.md") == "Logs of orders.\n"


def test_each_update_goes_on_from_the_one_before_even_if_history_was_rewritten(
    template: Template, orders: Repository
) -> None:
    for number in ("4", "5", "6"):
        before = str(int(number) - 1)
        template.replace("compose.yaml", f"stop_grace_period: {before}s", f"stop_grace_period: {number}s")

        assert template.update("orders").returncode == 0

        orders.git("checkout", "--quiet", "--orphan", f"rewritten-{number}")
        orders.commit()
    assert "stop_grace_period: 6s" in orders.read("compose.yaml")


def test_a_version_is_made_by_its_own_rules(template: Template, orders: Repository) -> None:
    """What was left out when the repository was made arrives as new once it is left out no more."""
    template.replace("devtools/template/render.py", '    "CONTRIBUTING.md",\n', "")

    assert template.update("orders").returncode == 0

    assert "A  CONTRIBUTING.md" in orders.status


def test_a_second_time_there_is_nothing_to_do(template: Template, orders: Repository) -> None:
    updated = template.update("orders")

    assert (updated.returncode, updated.stdout) == (0, "../orders is up to date.\n")
    assert orders.status == []


def test_changes_that_are_not_committed_stop_it(template: Template, orders: Repository) -> None:
    template.write("docs/logs.md", "Logs.\n")
    (orders.folder / "compose.yaml").write_text("services: {}\n")

    refused = template.update("orders")

    assert refused.returncode == 1
    assert refused.stderr == ("../orders has changes that are not committed: commit or stash them.\n M compose.yaml\n")


def test_another_folder_is_not_taken_for_one(template: Template) -> None:
    refused = template.update("payments")

    assert refused.returncode == 1
    assert refused.stderr == (
        "../payments is no repository made by `docker compose run --rm new`: it has no .made-from.json.\n"
    )


def test_an_older_clone_does_not_take_back_what_is_newer(template: Template, orders: Repository) -> None:
    template.git("reset", "--quiet", "--hard", "HEAD~1")

    refused = template.update("orders")

    assert refused.returncode == 1
    assert refused.stderr.endswith(", which ../orders is made from: git pull\n")
    assert orders.status == []


def test_a_fix_in_a_dockerfile_and_in_a_package_arrives(template: Template) -> None:
    here, name = Stack(template.folder), f"orders-{os.getpid()}"
    orders = Repository(template.folder.with_name(name))
    there = Stack(orders.folder)
    try:
        here.compose("run", "--rm", "new", name)
        orders.replace("Dockerfile.dev", "ENV PYTHONUNBUFFERED=1 ", "ENV PYTHONUNBUFFERED=1 OWNERS=kept ")
        template.replace("Dockerfile.dev", 'CMD ["python", "run.py"]', 'ENV ADDED=too\nCMD ["python", "run.py"]')
        template.replace("packages/wsgi-hotreload/pyproject.toml", 'version = "1.', 'version = "1.99')
        fixed = "packages/wsgi-hotreload/wsgi_hotreload/loading.py"
        template.write(fixed, template.read(fixed) + "FIXED = True\n")
        here.compose("run", "--rm", "lock")
        template.commit()

        here.compose("run", "--rm", "update", name)

        orders.commit()
        program = "import os, wsgi_hotreload.loading as it; print(it.FIXED, os.environ['OWNERS'], os.environ['ADDED'])"
        printed = there.compose("run", "--rm", "--no-deps", name, "python", "-c", program)
        assert printed.splitlines()[-1] == "True kept too"
    finally:
        here.down()
        if orders.folder.exists():
            there.down()
