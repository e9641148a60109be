"""Writes what PyTorch computes to core/src/test/resources/goldens: python goldens.py [family ...]

Without names, every family in families/ is written.
"""

import importlib
import pathlib
import sys

from golden import Golden

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "core" / "src" / "test" / "resources" / "goldens"


def main():
    known = sorted(p.stem for p in (HERE / "families").glob("*.py") if p.stem != "__init__")
    for family in sys.argv[1:] or known:
        if family not in known:
            sys.exit(f"There is no family '{family}', expected some of: {', '.join(known)}.")
        golden = Golden()
        importlib.import_module(f"families.{family}").cases(golden)
        path = TARGET / f"{family}.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        golden.write(path)
        print(f"{family}: {len(golden.names)} cases, {path.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
