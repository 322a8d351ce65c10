#!/bin/sh
# Start a scheduler and a worker for each core on this machine; Ctrl-C ends them all.
#
#     sh one_machine.sh [WORKERS]
#     grade class submitted --scheduler tcp://127.0.0.1:8786      # in another terminal
set -eu
export DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=1
dask scheduler --host 127.0.0.1 --port 8786 --no-dashboard &
scheduler=$!
trap 'kill "$scheduler" 2>/dev/null || true' EXIT INT TERM
dask worker tcp://127.0.0.1:8786 --host 127.0.0.1 --no-dashboard \
    --nthreads 1 --nworkers "${1:-$(nproc)}" --memory-limit 0
