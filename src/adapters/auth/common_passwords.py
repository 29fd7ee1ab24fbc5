"""The passwords that are guessed first."""

from functools import cache

from domain.passwords import SHORTEST_PASSWORD, letters_and_digits


class ZxcvbnCommonPasswords:
    """Implements `CommonPasswords` with the list of zxcvbn: of its 30,000, those that are long enough to be chosen."""

    def include(self, password: str) -> bool:
        """Look the password up; case and all but letters and digits are left out, too."""
        return not _list().isdisjoint({password.casefold(), letters_and_digits(password)})


@cache
def _list() -> frozenset[str]:
    # Imported at the first sign-up: it takes 30 ms and 14 MB, which workers and commands can do without.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(one for one in FREQUENCY_LISTS["passwords"] if len(one) >= SHORTEST_PASSWORD)
