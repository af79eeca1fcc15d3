"""Public keys that prove nothing, as data: published encodings that careful libraries refuse, and their neighbours."""

import base64

# The points whose order divides 8, as RFC 8032 encodes them: one of order 1, one of 2, two of 4, four of 8.
SMALL_ORDER = (
    "01" + "00" * 31,
    "ec" + "ff" * 30 + "7f",
    "00" * 32,
    "00" * 31 + "80",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
)
# A sign where x is 0, or a y that is not below the prime: 0, 1, and 18, the greatest that 255 bits can hide.
SECOND_ENCODINGS = (
    "01" + "00" * 30 + "80",
    "ec" + "ff" * 31,
    "ed" + "ff" * 30 + "7f",
    "ed" + "ff" * 31,
    "ee" + "ff" * 30 + "7f",
    "ee" + "ff" * 31,
    "ff" * 31 + "7f",
    "ff" * 32,
)
# y = 2 has no x.
NO_POINTS = ("02" + "00" * 31, "02" + "00" * 30 + "80")
# RFC 8032's base point, which is a public key, with a point of order 2, 4 and 8 added to it.
WITH_A_SMALL_PART = (
    "95" + "99" * 31,
    "5252cc0a7f208133b620acbd4537eba2a4123bf0a8c2e4f980c3b31bb69765ea",
    "55ae61520ca466adcc4ae4a32dc1633a5d749c64a5b50f136fc3469f27e487e6",
)
SPELLINGS = (
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp",  # spare bits of the last character
    "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo",  # the other alphabet
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR",
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURoA",
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR\n",
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\n",
    "",
    "密" * 43,
)


def text_of(encoded: str) -> str:
    """The key as messages carry it, from hexadecimal."""
    return base64.urlsafe_b64encode(bytes.fromhex(encoded)).rstrip(b"=").decode()


# One of each kind.
PROVES_NOTHING = tuple(text_of(kind[-1]) for kind in (SMALL_ORDER, SECOND_ENCODINGS, NO_POINTS, WITH_A_SMALL_PART))
