#!/bin/sh
# Kills charrnn repeatedly at random times and checks for data loss. Help: scripts/soak.sh --help
exec python3 "$(dirname "$0")/soak.py" "$@"
