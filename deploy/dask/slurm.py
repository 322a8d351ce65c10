"""Start a cluster on Slurm with dask-jobqueue, and keep it until Ctrl-C.

    pip install dask-jobqueue
    sh make_certificates.sh ~/torchgrade-cluster        # on a disk that all nodes see
    export DASK_CONFIG=~/torchgrade-cluster
    python slurm.py --jobs 20 --queue normal

A starting point: queue, account, memory and time are your cluster's.
"""

from __future__ import annotations

import argparse
import os
import signal

from dask_jobqueue import SLURMCluster

__all__ = ["main"]


def main() -> None:
    """Start scheduler and jobs, say where, and wait."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=4, help="workers of one core each")
    parser.add_argument("--queue")
    parser.add_argument("--account")
    parser.add_argument("--memory", default="4GB", help="of each worker, judges included")
    parser.add_argument("--walltime", default="02:00:00")
    parser.add_argument("--gpu", action="store_true", help="one GPU for each worker")
    chosen = parser.parse_args()
    cluster = SLURMCluster(
        queue=chosen.queue,
        account=chosen.account,
        cores=1,
        processes=1,
        memory=chosen.memory,
        walltime=chosen.walltime,
        protocol="tls://",
        local_directory="/tmp",  # noqa: S108 - on the node's own disk
        job_script_prologue=[f"export DASK_CONFIG={os.environ['DASK_CONFIG']}"],
        job_extra_directives=["--gres=gpu:1"] if chosen.gpu else [],
        worker_extra_args=["--resources", "GPU=1"] if chosen.gpu else [],
    )
    cluster.scale(jobs=chosen.jobs)
    print(f"grade class submitted --scheduler {cluster.scheduler_address}", flush=True)
    signal.sigwait([signal.SIGINT, signal.SIGTERM])
    cluster.close()


if __name__ == "__main__":
    main()
