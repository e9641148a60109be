"""Writes the small .npy files that the tests read (core/src/test/resources/npy), with NumPy.

    python npy_samples.py
"""

import warnings
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

FOLDER = Path(__file__).resolve().parents[2] / "core/src/test/resources/npy"
warnings.simplefilter("ignore")  # version 2.0 is for long headers; here it is a test


def save(name, array, version=None):
    with open(FOLDER / f"{name}.npy", "wb") as file:
        npy.write_array(file, array, version=version)


floats = np.array([[1.5, -2, 3e-8], [np.inf, 65504, np.nan]])
save("float16", floats.astype("<f2"))
save("float32", floats.astype("<f4"))
save("float64", floats.astype("<f8"))
save("int32", np.array([[-(2**31), 7], [0, -1], [5, 2**31 - 1]], dtype="<i4"))
save("int64", np.array([-(2**63), 0, 2**63 - 1], dtype="<i8"))
save("uint8", np.array([0, 7, 255], dtype="u1"))
save("bool", np.array([[True], [False]]))
save("scalar", np.array(2.5))
save("empty", np.zeros((3, 0, 2), dtype="<f4"))
save("big-endian-float16", np.array([1.5, -2], dtype=">f2"))
save("big-endian-float32", np.arange(6, dtype=">f4").reshape(2, 3))
save("big-endian-int64", np.array([1, -2], dtype=">i8"))
save("fortran", np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)))
save("version2", np.arange(3, dtype="<f4"), (2, 0))
save("version3", np.arange(3, dtype="<f4"), (3, 0))

# what is refused
save("text", np.array(["ab", "c"]))
save("complex", np.array([1j], dtype="<c8"))
save("record", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i8")]))
save("int16", np.arange(2, dtype="<i2"))
save("date", np.array(["2024-01-01"], dtype="M8[D]"))
with open(FOLDER / "objects.npy", "wb") as file:
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
