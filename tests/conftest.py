"""What holds for every test: linear algebra on one thread, as a build keeps it.

Two workers whose libraries each start a thread per core take several times as long for the same
small fits. Set before numpy is loaded, and handed on to the programs that tests start.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
