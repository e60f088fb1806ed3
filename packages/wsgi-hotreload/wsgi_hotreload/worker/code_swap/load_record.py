"""What happened to code of the app while it was loaded: what ran, and who looked at it."""

import inspect
import random
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

from wsgi_hotreload import debug_session
from wsgi_hotreload.worker import audit
from wsgi_hotreload.worker.bytecode import PreciseLoader
from wsgi_hotreload.worker.code_swap import NotSwappableError
from wsgi_hotreload.worker.code_swap.comparison import CLASS_FACTS
from wsgi_hotreload.worker.file_access import Reads
from wsgi_hotreload.worker.kept_modules import KeptLoader

IS_SUPPORTED = sys.version_info >= (3, 12) and getattr(sys, "_is_gil_enabled", lambda: True)()
# One that neither debuggers, coverage nor profilers use: https://docs.python.org/3/library/sys.monitoring.html
_TOOL = 4
# Functions of the standard library that look at kind, parameters and closure, which a swap never changes; that run
# annotations, which then have run; or that log the name and line of their caller.
_HARMLESS_READERS = {
    f"{Path(inspect.__file__).parent}/{file}": names
    for file, names in {
        "inspect.py": {"_signature_from_function", "_signature_is_functionlike", "_has_code_flag", "currentframe"},
        "annotationlib.py": {"call_annotate_function", "_build_closure"},
        "dataclasses.py": {"_update_func_cell_for__class__"},
        "logging/__init__.py": {"_is_internal_frame", "findCaller"},
    }.items()
}
# To read lines, or what a class knows of its source, raises no audit event: such names in code that runs are noted.
LINE_NAMES = frozenset({"tb_lineno", "f_lineno"})
_NOTED_NAMES = LINE_NAMES | set(CLASS_FACTS)
_OURS = str(Path(__file__).parents[2])
_SEEDS = {random.Random.seed.__code__, random.Random.setstate.__code__, random.Random.getstate.__code__}


class LoadedModule(NamedTuple):
    variables: dict[str, Any]
    code: CodeType


class LoadRecord:
    """Records until ``end``."""

    def __init__(self, prefix: str) -> None:
        """``prefix`` is that of the paths of the app's files."""
        self.reads = Reads()
        self.modules: dict[str, LoadedModule] = {}  # by path
        # Why a module, by its path, cannot be swapped whatever its code is.
        self.obstacles: dict[str, str] = {}
        # By identity: code objects of two modules may be equal. What is referred to here keeps its identity.
        self.ran: dict[int, CodeType] = {}
        self.looked_at: dict[int, CodeType] = {}
        self.looks_at_frames = False
        # Names in code of the app that ran.
        self.names: set[str] = set()
        self.sets_random_state = False
        self._prefix = prefix
        self._listeners: dict[str, audit.Listener] = {
            "object.__getattr__": self._attribute_read,
            "object.__setattr__": self._attribute_set,
            "sys._getframe": self._frame_read,
        }
        self._numpy_state = _numpy_state()
        self._is_recording = IS_SUPPORTED and not other_tools()
        if self._is_recording:
            sys.monitoring.use_tool_id(_TOOL, __name__)
            sys.monitoring.register_callback(_TOOL, sys.monitoring.events.PY_START, self._started)
            sys.monitoring.set_events(_TOOL, sys.monitoring.events.PY_START)
            audit.listen(self._listeners)

    def check(self) -> None:
        """Check that it is complete, and that the app in this process may be copied as far as it can tell.

        Raises:
            NotSwappableError: it is not, or may not.
        """
        if debug_session.is_on():
            raise NotSwappableError("a debugger is attached")
        if not IS_SUPPORTED:
            raise NotSwappableError("Python is older than 3.12, or has no GIL")
        if not self._is_recording or other_tools():
            raise NotSwappableError("a tracer or another monitoring tool is at work")
        if self.sets_random_state or _numpy_state() != self._numpy_state:
            raise NotSwappableError("the app draws random numbers of its own while it is loaded")

    def end(self) -> None:
        self.reads.end()
        if self._is_recording:
            sys.monitoring.set_events(_TOOL, sys.monitoring.events.NO_EVENTS)
            sys.monitoring.register_callback(_TOOL, sys.monitoring.events.PY_START, None)
            sys.monitoring.free_tool_id(_TOOL)
            audit.stop_listening(self._listeners)

    def _started(self, code: CodeType, _: int) -> object:
        if code.co_filename.startswith(self._prefix):
            self.ran[id(code)] = code
            if code.co_flags & inspect.CO_OPTIMIZED or code.co_name == "<module>":  # the bodies of classes set them
                self.names |= _NOTED_NAMES.intersection(code.co_names)
                self.names |= _NOTED_NAMES.intersection(it for it in code.co_consts if isinstance(it, str))
            if code.co_name == "<module>":
                self._module_started(code, sys._getframe(1))  # noqa: SLF001 - the module's
        elif code in _SEEDS:
            self._seeded(sys._getframe(1))  # noqa: SLF001 - the method's
            return None
        return sys.monitoring.DISABLE

    def _module_started(self, code: CodeType, frame: FrameType) -> None:
        path, spec = code.co_filename, frame.f_globals.get("__spec__")
        if path in self.modules:
            self.obstacles[path] = "a module ran more than once"
        elif not spec or type(spec.loader) not in (PreciseLoader, KeptLoader) or spec.origin != path:
            self.obstacles[path] = "a module was not loaded by an ordinary import"
        self.modules[path] = LoadedModule(frame.f_globals, code)

    def _seeded(self, frame: FrameType) -> None:
        """A fork reseeds Python's own generator as a fresh interpreter would, but no other, and not as the app did."""
        caller = frame.f_back
        if caller and caller.f_code is random.Random.__init__.__code__:
            caller = caller.f_back
        # The latter has a new one in each process.
        is_harmless = caller and caller.f_globals.get("__name__", "").startswith(("wsgi_hotreload.", "tempfile"))
        generator = frame.f_locals["self"]
        is_reset = generator is random.seed.__self__ and frame.f_locals.get("a", "state") is None  # type: ignore[attr-defined]
        if not (is_harmless or is_reset or isinstance(generator, random.SystemRandom)):
            self.sets_random_state = True

    def _attribute_read(self, owner: Any, name: str) -> None:  # noqa: ANN401 - whatever has a code object
        if name.endswith(("_code__", "_code")):
            reader = sys._getframe(2)  # noqa: SLF001 - below the hook
            file = reader.f_code.co_filename
            if reader.f_code.co_name not in _HARMLESS_READERS.get(file, ()) and not file.startswith(_OURS):
                self._note(getattr(owner, name))

    def _attribute_set(self, owner: Any, name: str, value: Any) -> None:  # noqa: ANN401
        if name == "__code__":
            self._note(getattr(owner, name))
            self._note(value)

    def _note(self, code: Any) -> None:  # noqa: ANN401
        if isinstance(code, CodeType) and code.co_filename.startswith(self._prefix):
            self.looked_at[id(code)] = code

    def _frame_read(self, *_: Any) -> None:  # noqa: ANN401
        reader: FrameType | None = sys._getframe(2)  # noqa: SLF001 - below the hook
        if reader and reader.f_code.co_filename == inspect.__file__:
            reader = reader.f_back
        if reader and reader.f_code.co_filename.startswith(self._prefix):
            self.looks_at_frames = True


def _numpy_state() -> object:
    """The state of its global generator, which is seeded when it is loaded and in each worker."""
    if numpy_random := sys.modules.get("numpy.random"):
        state = numpy_random.get_state()
        return state[1].tobytes(), state[2:]
    return None


def other_tools() -> bool:
    """Whether somebody else watches what runs, and so has a view of code of its own."""
    return bool(
        sys.gettrace()
        or sys.getprofile()
        or any(sys.monitoring.get_tool(tool) not in (None, __name__) for tool in range(6))
    )
