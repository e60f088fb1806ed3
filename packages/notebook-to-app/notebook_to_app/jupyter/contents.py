"""What is saved where: checkpoints by the path of their file, and nothing beside the mounted folders."""

from pathlib import Path
from typing import Any

from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError


class CheckpointsByPath(AsyncFileCheckpoints):
    """Jupyter's own go by the name of a file alone, where they are all in one folder."""

    def checkpoint_path(self, checkpoint_id: str, path: str) -> str:
        """Where the checkpoint of a file is."""
        file = Path(self.checkpoint_dir) / path.strip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        return str(file.with_name(f"{file.stem}-{checkpoint_id}{file.suffix}"))


class WorkspaceContents(AsyncLargeFileManager):
    """Unless it is mounted, the top folder is the container's: what were saved there would be gone with it."""

    async def save(self, model: dict[str, Any], path: str = "") -> Any:  # noqa: ANN401 - Jupyter's own model
        self._check(path)
        return await super().save(model, path)

    async def rename_file(self, old_path: str, new_path: str) -> None:
        self._check(new_path)
        await super().rename_file(old_path, new_path)

    async def copy(self, from_path: str, to_path: str | None = None) -> Any:  # noqa: ANN401 - Jupyter's own model
        if to_path is not None:
            self._check(f"{to_path}/{Path(from_path).name}" if await self.dir_exists(to_path) else to_path)
        return await super().copy(from_path, to_path)

    def _check(self, path: str) -> None:
        if "/" not in path.strip("/") and not Path(self.root_dir).is_mount():
            folders = " or ".join(sorted(f"{found.name}/" for found in Path(self.root_dir).iterdir() if found.is_dir()))
            raise HTTPError(
                403, f"Nothing can be saved in the top folder, which is gone with the container: choose {folders}."
            )
