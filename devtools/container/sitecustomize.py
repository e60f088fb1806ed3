"""What `%add` has installed since the image was built goes before the image's own packages."""

import os
import site
import sys

if folder := os.environ.get("ADDED_PACKAGES"):
    path = list(sys.path)
    site.addsitedir(folder)
    first = min((path.index(own) for own in site.getsitepackages() if own in path), default=len(path))
    sys.path[:] = path[:first] + sys.path[len(path) :] + path[first:]
