"""Makes the function's modules importable, as they are in Lambda."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "functions" / "ray_converter"))
