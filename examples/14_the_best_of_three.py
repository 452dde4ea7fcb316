"""Which of three ways to staff physiotherapy has the shortest list? As few replications as a sure answer takes."""

import sim

small = ["place.scale=0.01", "run.years=0.3"]
ways = {f"{wte} WTE": sim.load("integrated", f"workforce.physio_band_6.wte={wte}", *small) for wte in (11, 12, 17)}
choice = sim.best(ways, "waiting_list", "physiotherapy", delta=2, first=4)

print(choice.table.round(1).to_string(index=False))
print(f"\nthe shortest: {choice.best}, with a probability of {choice.sure:.0%} or more if it leads by 2 people")
