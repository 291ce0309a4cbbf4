#!/bin/sh
# Makes the virtual environment named by $1 with everything that requirements.lock pins, and Fairway in it.
# Needs Python 3.11 or later; where Debian's python3-venv is missing and we are root, it is installed.
set -eu
venv=$1
python=
for candidate in "${PYTHON:-python3.11}" "${PYTHON:-python3}"; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "setup: ${PYTHON:-python3} is not Python 3.11 or later; set PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends python3-venv ca-certificates >/dev/null
    else
        echo "setup: this Python has no ensurepip; install it first: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
rm -rf "$venv"
"$python" -m venv "$venv"
uv_pin=$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$uv_pin"
VIRTUAL_ENV="$venv" "$venv/bin/uv" pip install --quiet --require-hashes -r requirements.lock
VIRTUAL_ENV="$venv" "$venv/bin/uv" pip install --quiet --no-deps --editable .
# What every command and the local cloud load: where the environment forbids writing bytecode at the first import
# (PYTHONDONTWRITEBYTECODE, common in containers), each start would compile it all again.
packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
for package in botocore boto3 dateutil jmespath moto rich s3transfer samtranslator urllib3 werkzeug yaml; do
    "$venv/bin/python" -m compileall -q -j 0 "$packages/$package" || true
done
"$venv/bin/python" -m compileall -q src
echo "setup: $("$venv/bin/fairway" --version) in $venv"
