"""Do the dates lie within the run, and does the run say what this version can do?"""

from datetime import date

from sim.domain.calendar import Calendar
from sim.domain.faults import Fault


def dates_hold(scenario):
    for name, service in scenario.pathway.services.items():
        for label, extra in getattr(service, "extra_clinics", {}).items():
            where = f"pathway.services.{name}.extra_clinics.{label}.date"
            try:
                days = Calendar.of(date.fromisoformat(scenario.calendar.start_date), scenario.run.horizon).days_of(extra.date)
            except ValueError:
                yield Fault(where, "is not a date", "write it as \"2025-11-15\", or \"11-15\" for every year, with quotes")
                continue
            if not days and len(extra.date) > 5:
                yield Fault(where, "is outside the simulated days", "a date between the start and the horizon")
    window = scenario.analysis.window
    if window is not None and not window[0] < window[1] <= scenario.run.horizon:
        yield Fault("analysis.window", "is not a stretch of the simulated days", f"[first, last] with first < last <= {scenario.run.horizon}")
    if scenario.run.precision > 0:
        yield Fault("run.precision", "is not available in this version", "0, with run.replications as many as you need")
    if scenario.run.progress not in ("auto", "bar", "lines", "json", "none"):
        yield Fault("run.progress", "is not a way to show progress", "auto, bar, lines, json or none")
