"""Import the package before pytest's importlib mode meets its folders one by one.

`exactgeom.partition` is both a folder and the call `eg.partition`: the call must be bound last.
"""

import exactgeom  # noqa: F401
