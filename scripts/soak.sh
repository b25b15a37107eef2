#!/bin/sh
# Kills charrnn at random moments, again and again, and looks for what was lost: scripts/soak.sh --help
exec python3 "$(dirname "$0")/soak.py" "$@"
