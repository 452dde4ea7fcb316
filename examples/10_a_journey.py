"""One patient's journey in both pathways, day by day, out of the event logs."""

import sim

small = ["place.scale=0.03", "run.years=1"]
lived = {name: sim.simulate(sim.load(name, *small)) for name in ("gp_referral", "integrated")}

people = lived["gp_referral"].patients
asked = people[(people.need == "physiotherapy") & people.presented_day.between(60, 90)].patient_id
events = lived["gp_referral"].events
listed = events[events.patient_id.isin(asked) & (events.event == "listed")]
who = listed.groupby("patient_id").service.nunique().idxmax()  # the longest way round in the old model
facts = people.set_index("patient_id").loc[who]
print(f"needs {facts.need}, {facts.region}, {facts.age_band}, deprivation fifth {facts.imd_quintile}")

for name, outcome in lived.items():
    own = outcome.events[outcome.events.patient_id == who]
    print(f"\n{name}")
    for event in own.itertuples():
        print(f"  day {event.day - facts.presented_day:4}  {event.event:10} {event.service:28} {event.detail}".rstrip())
