import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def pytest_addoption(parser):
    parser.addoption("--write-cases", action="store_true", help="write tests/cases/*/expected.yaml anew")
