"""``%add``: a package becomes part of the app, of its locks, and of the containers that run.

- ``add.py`` does it, all or nothing;
- ``project.py`` reads, locks and writes the requirements of the whole project, by the project's own script;
- ``installed.py`` installs what the images do not have, where all containers find it.
"""
