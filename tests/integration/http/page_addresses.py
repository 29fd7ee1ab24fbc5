"""The addresses of all pages and of their files, with the names of their parameters."""

import re

from entrypoints.web.pages import FILES, PARTS

ADDRESSES = tuple(re.sub(r":\w+", "", address) for address in (*PARTS, FILES))
