"""Training as a path through walls: exact geometry of checkpoints, and what changes between them."""

from __future__ import annotations

from exactgeom.dynamics.data_state import DataState
from exactgeom.dynamics.snapshot import Classes, Snapshot, UnitWall
from exactgeom.dynamics.step import Step, UnitChange
from exactgeom.dynamics.trajectory import Trajectory, trajectory
from exactgeom.dynamics.vertex_curvature import CellCurvature

__all__ = [
    "CellCurvature",
    "Classes",
    "DataState",
    "Snapshot",
    "Step",
    "Trajectory",
    "UnitChange",
    "UnitWall",
    "trajectory",
]
