"""What becomes of a sweep's tasks in SLURM, asked of `squeue`, which every cluster has.

submitit asks `sacct`: where accounting is off it warns at each look, and waits for ever for a task that was killed;
where it is on, it may look only every ten minutes.
"""

import subprocess
import time

from submitit.core.core import InfoWatcher

_OVER = ("BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT")
_RUNS = "RUNNING"  # or waits to, or SLURM will queue it again: submitit need not know which
_GONE = "COMPLETED"  # no longer listed: it ended some time ago
_LOOK_SECONDS = 20
_PATIENCE = 30


class Queue(InfoWatcher):
    """submitit's watcher of jobs (`SlurmJob.watcher`): states of those that this command has submitted."""

    def __init__(self) -> None:
        super().__init__(delay_s=_LOOK_SECONDS)

    def get_state(self, job_id: str, mode: str = "standard") -> str:
        return self.get_info(job_id, mode=mode).get("State", "UNKNOWN")

    def update(self) -> None:
        """Asks `squeue` once for all; a controller that does not answer is asked again at the next look."""
        self._num_calls, self._last_status_check = self._num_calls + 1, time.time()
        words = ["squeue", "--noheader", "--me", "--array", "--states=all", "--format=%i|%T"]
        try:
            listed = subprocess.run(words, capture_output=True, text=True, timeout=_PATIENCE, check=True).stdout
        except (OSError, subprocess.SubprocessError):
            return
        self._info_dict.update(self.read_info(listed))
        self._finished |= {job for job in self.left() if self.is_done(job, mode="cache")}

    def read_info(self, string) -> dict[str, dict[str, str]]:
        """job -> {"State": ...}, of every job that is not known to be over."""
        lines = [line.strip().partition("|") for line in string.splitlines() if "|" in line]
        states = {job: state for job, _, state in lines}
        return {job: {"State": _plain(states.get(job))} for job in self.left()}

    def left(self) -> set[str]:
        """The jobs that are not known to be over."""
        return self._registered - self._finished

    def cancel(self) -> None:
        """Takes what is left out of the queue; a controller that does not answer keeps it."""
        jobs = sorted({job.partition("_")[0] for job in self.left()})
        if jobs:
            try:
                subprocess.run(["scancel", *jobs], capture_output=True, timeout=_PATIENCE, check=False)
            except (OSError, subprocess.SubprocessError):
                return

    def wait(self) -> None:
        """Until every job is over."""
        while self.left():
            self.update()
            if self.left():
                time.sleep(2)


def _plain(state: str | None) -> str:
    if state is None:
        return _GONE
    return state if state in _OVER else _RUNS
