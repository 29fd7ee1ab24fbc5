"""The addresses of all pages and of their files, with the names of their parameters."""

import re

from entrypoints.web.pages import FAVICON, FILES, PARTS, ROOT_FILES

ROOT = tuple(f"/{name}" for name in (*ROOT_FILES, FAVICON))
ADDRESSES = tuple(re.sub(r":\w+", "", address) for address in (*PARTS, *ROOT, FILES))
