"""What the scripts beside this file need that does not come with Python; where it is missing, the name of its package."""

import sys


def need(module):
    try:
        return __import__(module)
    except ModuleNotFoundError as missing:
        sys.exit(f"{sys.argv[0]} needs {missing.name}, which is not here: install python3-{missing.name} (Debian), or the package {missing.name} with pip")


np = need("numpy")
onnx = need("onnx")
