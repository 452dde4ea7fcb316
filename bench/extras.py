"""What the extras of mskflow bring, asked of what is installed here. `.ci/run` asks it of the wheel, in an environment
of its own:

python -P bench/extras.py            # the names of all but `test`, with commas, as `pip install 'WHEEL[...]'` has them
python -P bench/extras.py NAME ...   # imports what these bring; 1 and a line for each that is missing
"""

import re
import sys
from contextlib import suppress
from importlib import import_module
from importlib.metadata import metadata, requires

MODULES = {"salib": "SALib"}  # named unlike their distribution


def brought(extra: str) -> list[str]:
    """The distributions that an extra asks for, by name."""
    asked = (re.match(r"""([\w.-]+).*\bextra == ['"](\w+)['"]""", line) for line in requires("mskflow") or ())
    return [match[1] for match in asked if match and match[2] == extra]


def is_there(distribution: str) -> bool:
    """Whether its module can be imported: of that name, or as a plugin of Hydra."""
    name = MODULES.get(distribution, distribution.replace("-", "_"))
    for module in (f"hydra_plugins.{name}", name):
        with suppress(ImportError):
            import_module(module)
            return True
    return False


def main(extras: list[str]) -> int:
    """Returns the exit code."""
    if not extras:
        print(",".join(name for name in metadata("mskflow").get_all("Provides-Extra") if name != "test"))
        return 0
    wrong = [f"{extra}: {name} is not there" for extra in extras for name in brought(extra) if not is_there(name)]
    wrong += [f"{extra}: brings nothing" for extra in extras if not brought(extra)]
    print(*wrong or [f"all that {', '.join(extras)} bring is there"], sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
