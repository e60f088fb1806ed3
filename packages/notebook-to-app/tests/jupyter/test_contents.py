"""Checkpoints go by the path of their file, and nothing is saved in the top folder."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tornado.web import HTTPError
from traitlets.config import Config

from notebook_to_app.jupyter.contents import CheckpointsByPath, WorkspaceContents


@pytest.fixture
def manager(tmp_path: Path) -> WorkspaceContents:
    for folder in ("notebooks/testing", "worker-node"):
        (tmp_path / "root" / folder).mkdir(parents=True)
    config = Config({"FileCheckpoints": {"checkpoint_dir": str(tmp_path / "checkpoints")}})
    return WorkspaceContents(root_dir=str(tmp_path / "root"), checkpoints_class=CheckpointsByPath, config=config)


def save(manager: WorkspaceContents, path: str, text: str) -> None:
    model: dict[str, Any] = {"type": "file", "format": "text", "content": text}
    asyncio.run(manager.save(model, path))


def test_files_of_one_name_have_checkpoints_of_their_own(manager: WorkspaceContents) -> None:
    paths = ["notebooks/a.txt", "notebooks/testing/a.txt"]
    for path in paths:
        save(manager, path, f"of {path}")
        asyncio.run(manager.create_checkpoint(path))
        save(manager, path, "changed")

    for path in paths:
        asyncio.run(manager.restore_checkpoint("checkpoint", path))
        assert (Path(manager.root_dir) / path).read_text() == f"of {path}"


def test_a_checkpoint_follows_a_file_that_is_renamed(manager: WorkspaceContents) -> None:
    save(manager, "notebooks/a.txt", "first")
    asyncio.run(manager.create_checkpoint("notebooks/a.txt"))

    asyncio.run(manager.rename("notebooks/a.txt", "worker-node/b.txt"))

    assert len(asyncio.run(manager.list_checkpoints("worker-node/b.txt"))) == 1


def test_a_top_folder_that_is_mounted_is_one_like_others(
    manager: WorkspaceContents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda path: str(path) == manager.root_dir)

    save(manager, "README.md", "text")

    assert (Path(manager.root_dir) / "README.md").read_text() == "text"


def test_what_would_be_in_the_top_folder_is_refused_in_a_sentence(manager: WorkspaceContents) -> None:
    save(manager, "notebooks/a.txt", "text")
    sentence = (
        "Nothing can be saved in the top folder, which is gone with the container: choose notebooks/ or worker-node/."
    )

    for attempt in (
        manager.new_untitled("", type="notebook"),
        manager.rename("notebooks/a.txt", "a.txt"),
        manager.copy("notebooks/a.txt", ""),
    ):
        with pytest.raises(HTTPError) as refused:
            asyncio.run(attempt)
        assert refused.value.log_message == sentence
