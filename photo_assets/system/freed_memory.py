"""Giving freed memory back to the operating system. Which work needs how much is decided elsewhere.

By default, the C library of Linux (glibc) keeps what the threads of a process have freed, for each
thread by itself, and Arrow's allocator does too: a plan of 300,000 items held 815 MiB, of which 250
were free.
"""

import ctypes
import os
from functools import cache
from typing import Final

import pyarrow as pa

# The names and numbers of mallopt(3), and the values set here.
_OPTIONS: Final = {
    "MALLOC_ARENA_MAX": (-8, 2),
    "MALLOC_MMAP_THRESHOLD_": (-3, 1 << 20),  # larger blocks are returned as soon as they are freed
    "MALLOC_TRIM_THRESHOLD_": (-1, 16 << 20),
}
_ARROW: Final = "ARROW_DEFAULT_MEMORY_POOL"


@cache
def return_freed_memory() -> None:
    """Make this process keep little memory that was freed, from now on.

    Options that the environment sets stay as they are. Other C libraries have no such options.
    """
    if _ARROW not in os.environ:
        pa.set_memory_pool(pa.system_memory_pool())
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    for name, (number, value) in _OPTIONS.items():
        if set_option is not None and name not in os.environ:
            set_option(number, value)
