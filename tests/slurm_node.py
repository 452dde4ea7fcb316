"""A SLURM of one node for a test: its state, spool, keys and logs lie in one folder, and it is gone with the test."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "scontrol", "sinfo")
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
KillWait=5
SlurmctldTimeout=60
MailProg=/bin/true
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class CannotRun(RuntimeError):
    """SLURM cannot run here; `str` says why."""


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Node:
    """`with Node(cpus=2) as node:` then `node.env` for who submits; `node.ask("squeue", "-h")`. Raises `CannotRun`."""

    def __init__(self, cpus: int = 2):
        missing = [word for word in NEEDED if not shutil.which(word, path=_PATH)]
        if missing:
            raise CannotRun(f"not installed: {', '.join(missing)} (Debian: slurmctld slurmd munge)")
        if os.geteuid() != 0:
            raise CannotRun("SLURM's daemons want to be started by root")
        self.folder = Path(tempfile.mkdtemp(prefix="slurm-", dir="/tmp"))  # a socket's path is short
        self.env = {**os.environ, "PATH": _PATH, "SLURM_CONF": str(self.folder / "slurm.conf")}
        self._cpus, self._daemons = cpus, []

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *error):
        self._stop()

    def ask(self, *words: str) -> str:
        """What one of SLURM's commands prints."""
        return subprocess.run(words, env=self.env, capture_output=True, text=True, timeout=30, check=True).stdout

    def _start(self):
        host, folder = socket.gethostname().partition(".")[0], self.folder
        for name in ("state", "spool", "munge"):
            (folder / name).mkdir(mode=0o700)
        os.chmod(folder, 0o755)
        key = folder / "munge" / "key"
        key.write_bytes(os.urandom(256))
        key.chmod(0o400)
        (folder / "slurm.conf").write_text(
            _CONF.format(host=host, folder=folder, ports=_free_ports(2), cpus=self._cpus)
        )
        self._daemon(
            "munged",
            "--foreground",
            "--force",
            f"--key-file={key}",
            f"--socket={folder}/munge.socket",
            f"--pid-file={folder}/munge/pid",
            f"--log-file={folder}/munge/log",
            f"--seed-file={folder}/munge/seed",
        )
        self._until("munged", lambda: (folder / "munge.socket").exists())
        self._daemon("slurmctld", "-D", "-f", f"{folder}/slurm.conf")
        self._daemon("slurmd", "-D", "-f", f"{folder}/slurm.conf")
        self._until("slurmd", lambda: "idle" in self._quiet("sinfo", "-h", "-o", "%T"))

    def _daemon(self, *words: str):
        out = open(self.folder / f"{words[0]}.out", "wb")
        with out:
            self._daemons.append(
                (
                    words[0],
                    subprocess.Popen(
                        words, env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
                    ),
                )
            )

    def _quiet(self, *words: str) -> str:
        with contextlib.suppress(subprocess.SubprocessError):
            return self.ask(*words)
        return ""

    def _until(self, name: str, ready, seconds: float = 20):
        end = time.monotonic() + seconds
        while not ready():
            dead = [one for one, process in self._daemons if process.poll() is not None]
            if dead or time.monotonic() > end:
                raise CannotRun(f"{(dead or [name])[0]} does not start: {self._last_words((dead or [name])[0])}")
            time.sleep(0.1)

    def _last_words(self, name: str) -> str:
        text = (self.folder / f"{name}.out").read_text(errors="replace").strip().splitlines()
        return text[-1] if text else "it says nothing"

    def _stop(self):
        """Every job, then every daemon; slurmstepd lives in sessions of its own and ends with its job."""
        if len(self._daemons) == 3 and self._quiet("squeue", "-h"):
            self._quiet("scancel", "--signal=KILL", "--full", "--user=root")
            self._quiet("scancel", "--user=root")
            end = time.monotonic() + 15
            while self._quiet("squeue", "-h") and time.monotonic() < end:
                time.sleep(0.2)
        for _, process in reversed(self._daemons):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for _, process in reversed(self._daemons):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
