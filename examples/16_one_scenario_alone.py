"""One scenario by itself: its indicators, how long people wait, and which of its numbers are guesses."""

import sim

scenario = sim.load("gp_referral", "place.scale=0.02", "run.years=0.5")

run = sim.run(scenario, replications=2)
print(f"GP appointments, of 1,000 residents a year: {run.value('gp_appointments_per_1000'):.0f}")

curve = sim.survival(sim.simulate(scenario), to="first_contact")
all_people = curve[curve.group == "all"].set_index("day")
print("\nday   seen   left   waiting")
for day in (7, 14, 28):
    there, left, waiting = all_people.loc[day, ["there", "left", "waiting"]]
    print(f"{day:3}   {there:4.0%}   {left:4.0%}   {waiting:7.0%}")

numbers = sim.parameters(scenario)
print(f"\n{len(numbers)} numbers, of which")
print(numbers.status.value_counts().to_string(header=False))
