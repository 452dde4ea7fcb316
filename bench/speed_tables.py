"""The benchmark's Markdown tables: how fast, and whether it is the same simulation."""

from statistics import fmean, median

from bench.pathway import SERVICES

Results = dict[str, list[dict]]


def speed_table(timed: Results) -> str:
    """Median visits per CPU second of each model, and how many times faster ours is."""
    ours = timed.get("mskflow")
    pace = median(r["visits_per_cpu_second"] for r in ours) if ours else None
    rows = [
        "| model | days | visits | CPU seconds | visits per CPU second (range) | mskflow is |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, results in timed.items():
        speeds = sorted(r["visits_per_cpu_second"] for r in results)
        typical = median(speeds)
        times = f"{pace / typical:,.1f} times as fast" if pace else "not measured"
        visits = median(r["visits"] for r in results)
        seconds = median(r["cpu_seconds"] for r in results)
        rows.append(
            f"| {name} | {results[0]['days']} | {visits:,.0f} | {seconds:.2f} | {typical:,.0f} "
            f"({speeds[0]:,.0f} to {speeds[-1]:,.0f}) | {'' if name == 'mskflow' else times} |"
        )
    return "\n".join(rows)


def agreement_table(compared: Results) -> str:
    """Visits and mean wait for a first visit by service, averaged over the rounds."""
    names = list(compared)
    days = {r["days"] for results in compared.values() for r in results}
    if len(days) != 1:
        raise ValueError(f"models are compared over the same days, not {sorted(days)}")
    head = [f"{n} visits" for n in names] + [f"{n} mean wait" for n in names]
    rows = [
        f"The same place over {days.pop()} days, mean of the rounds (waits in days):\n",
        f"| service | {' | '.join(head)} |",
        "|---|" + "---:|" * len(head),
    ]
    for s in SERVICES:
        visits = [fmean(r["visits_by_service"][s] for r in compared[n]) for n in names]
        waits = [fmean(r["mean_waits"][s] for r in compared[n]) for n in names]
        cells = [f"{v:,.0f}" for v in visits] + [f"{w:.2f}" for w in waits]
        rows.append(f"| {s} | {' | '.join(cells)} |")
    totals = [f"{fmean(r['visits'] for r in compared[n]):,.0f}" for n in names]
    rows.append(f"| all | {' | '.join(totals + [''] * len(names))} |")
    return "\n".join(rows)
