#!/usr/bin/env bash
# python-stdnum 2.2: cn.uscc takes a unified social credit code for malformed if a letter stands in its first two places, as in N2110105MA01ABCD5Y.
#
# GB 32100-2015 (after the State Council's 国发〔2015〕33号) has digits or the capital letters without I, O, S, V and Z in place 1, the department that
# registers, and in place 2, the kind of body; only places 3 to 8, the district, are digits alone. Agricultural departments register rural
# cooperatives under N. The check digit that the library itself computes for such a code is right; validate refuses the code all the same.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --disable-pip-version-check --quiet install 'python-stdnum==2.2'
"$folder/venv/bin/python" - <<'PYTHON'
import stdnum
from stdnum.cn import uscc
from stdnum.exceptions import InvalidFormat

print("python-stdnum", stdnum.__version__)
refused = []
for body in ("91110105MA01ABCD5", "N2110105MA01ABCD5", "1N110105MA01ABCD5", "Y1110105MA01ABCD5"):
    code = body + uscc.calc_check_digit(body)
    try:
        uscc.validate(code)
        print(f"{code}: accepted")
    except InvalidFormat:
        print(f"{code}: InvalidFormat, though {code[-1]} is the check digit that calc_check_digit gives")
        refused.append(code)
assert stdnum.__version__ == "2.2"
# The code with digits first is accepted; each of those with a letter in place 1 or 2 is not.
assert refused == ["N2110105MA01ABCD5Y", "1N110105MA01ABCD5N", "Y1110105MA01ABCD5R"], refused
PYTHON
