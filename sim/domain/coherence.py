"""Does a scenario hold together? Rules lead somewhere, shares add to 1, staff is not given twice.

Every check yields `Fault`s in the words of the configuration; nothing is raised and nothing is changed.
"""

from datetime import date

from sim.domain.faults import Fault, nearest
from sim.domain.hours import opening_minutes
from sim.domain.pathway import Rules
from sim.domain.routes import OTHERWISE, in_order, known_facts, through, words_of
from sim.domain.words import COURSE, FACTS, NEEDS, NEXT, PLACES, RESOLVED_PLACE, RETURN

TOLERANCE = 1e-6
MAX_SERVICES = 100
DIRECTLY = {"drop_in": ("clinicians",), "caseload": ("places",)}
DIRECT_WAYS = ("slots_per_day", "slots_per_week", "clinicians", "places")
NO_WAY_OUT = "nobody who comes here can ever leave the pathway"


def incoherent(scenario):
    """Yields every fault of a scenario whose parts are each well formed."""
    services = list(_services(scenario))
    yield from services
    if not services:  # a word that is wrong would be told again as a circle
        circles = list(_ways_out(scenario))
        yield from circles or _returns(scenario)
    yield from _staff(scenario)
    yield from _demand(scenario)
    yield from _start(scenario)
    yield from _dates(scenario)


def rule_maps(pathway):
    """(where, service name or None, rules) of every decision of a pathway."""
    yield "pathway.entry", None, pathway.entry
    for name, service in pathway.services.items():
        for part in ("routes", "after_course", "after_missing", "after_dropping_out", "after_giving_up"):
            rules = getattr(service, part, None)
            if rules:
                yield f"pathway.services.{name}.{part}", name, rules


def _adds_up(where: str, shares: dict, known) -> list[Fault]:
    faults = [Fault(f"{where}.{word}", "is not a word that is known here", nearest(word, known)) for word in shares if word not in known]
    total = sum(shares.values())
    if abs(total - 1) > TOLERANCE:
        faults.append(Fault(where, f"the shares add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all"))
    return faults


def _facts_of(where: str, when: dict, facts: dict):
    for fact, value in when.items():
        if fact not in facts:
            yield Fault(f"{where}.{fact}", "is not a fact of a patient", nearest(fact, facts))
            continue
        for word in words_of(value):
            if word not in facts[fact]:
                yield Fault(f"{where}.{fact}", f"'{word[:40]}' is not a word of {fact}", nearest(word, facts[fact]))


def _services(scenario):
    services = scenario.pathway.services
    if len(services) > MAX_SERVICES:
        yield Fault("pathway.services", f"has {len(services)} services", f"at most {MAX_SERVICES}")
    facts = known_facts(services)
    askers = askers_of(scenario.pathway)
    tests = {name for name in askers if name in services and (RETURN in _places(services[name].routes) or _leads_back(services, name))}
    for name in services:
        if name in (*PLACES, "door", ""):
            yield Fault(f"pathway.services.{name}", "is a word that rules use for something else", "another name for the service")
    if not scenario.pathway.entry:
        yield Fault("pathway.entry", "has no rule", "say where people who present go: otherwise: {to: {gp: 1.0}}")
    for where, name, rules in rule_maps(scenario.pathway):
        yield from _rules(where, name, rules, services, facts, tests)
    for name, service in services.items():
        where = f"pathway.services.{name}"
        if not service.routes:
            yield Fault(f"{where}.routes", "has no rule", "say where people go: otherwise: {to: {resolved: 1.0}}")
        if service.referrals_through is not None and service.referrals_through not in services:
            yield Fault(f"{where}.referrals_through", f"'{service.referrals_through[:40]}' is not a service", nearest(service.referrals_through, services))
        capacity = getattr(service, "capacity", None)
        if capacity is not None:
            ways = DIRECTLY.get(service.kind, ("slots_per_day", "slots_per_week"))
            given = [way for way in DIRECT_WAYS if getattr(capacity, way) is not None]
            yield from (Fault(f"{where}.capacity.{way}", f"is not how a {service.kind} is given", ", ".join((*ways, "staff"))) for way in given if way not in ways)
            if len(given) + bool(capacity.staff) != 1:
                yield Fault(f"{where}.capacity", f"needs exactly one of {', '.join((*ways, 'staff'))}", f"{len(given) + bool(capacity.staff)} are given")
        yield from _priority(where, getattr(service, "priority", {}), facts)
        yield from _readers(where, service)
        taken = getattr(service, "takes_from", None)
        if taken is not None:
            if taken.service == name or taken.service not in services or services[taken.service].kind != "clinic":
                yield Fault(f"{where}.takes_from.service", f"'{taken.service[:40]}' is not another clinic", nearest(taken.service, [n for n, s in services.items() if s.kind == "clinic" and n != name]))
            if not service.keeps_place:
                yield Fault(f"{where}.takes_from", "whoever is sent back to that list would lose the place they had", "add keeps_place: true to this clinic")
            yield from _facts_of(f"{where}.takes_from.when", taken.when, facts)
        for label, order in getattr(service, "orders", {}).items():
            if order.service not in services:
                yield Fault(f"{where}.orders.{label}.service", f"'{order.service[:40]}' is not a service", nearest(order.service, services))
            yield from _facts_of(f"{where}.orders.{label}.when", order.when, FACTS)
        if service.kind == "group":
            if service.min_size > service.max_size:
                yield Fault(f"{where}.min_size", "is more than max_size", f"at most {service.max_size}")
            if service.least_size > service.min_size:
                yield Fault(f"{where}.least_size", "is more than min_size", f"at most {service.min_size}")
            for group, share in service.supervision.items():
                if group not in service.capacity.staff:
                    yield Fault(f"{where}.supervision.{group}", "gives no sessions here", nearest(group, service.capacity.staff))
                elif share == 0:
                    yield Fault(f"{where}.supervision.{group}", "is 0: it is never there", "more than 0, or leave the group out of capacity.staff")
        for key in ("open_days", "session_days"):
            days = getattr(service, key, ())
            if not isinstance(days, str) and len(set(days)) < len(days):
                yield Fault(f"{where}.{key}", "names a day twice", "each day once")
        if service.kind == "group" and service.session_days == ():
            yield Fault(f"{where}.session_days", "names no day", "[tue, thu]")
        if service.kind == "clinic" and service.capacity.staff and service.new_minutes is None:
            yield Fault(f"{where}.new_minutes", "is missing", "how long a first visit takes of the staff's time")
        if service.kind == "caseload":
            yield from _caseload(where, service)
        if service.kind == "drop_in":
            yield from _drop_in(where, service)
        if service.kind in ("clinic", "caseload", "drop_in") and service.open_days == ():
            yield Fault(f"{where}.open_days", "names no day", "[mon, thu], working_days or every_day")
        uses_course = any(COURSE in rule.to for rule in service.routes.values())
        has_course = getattr(service, "follow_ups", None) is not None and service.follow_ups.mean_visits > 0
        if has_course and not uses_course:
            yield Fault(f"{where}.follow_ups", "no rule of routes sends anybody to 'course'", "add course to a rule's 'to'")
        if getattr(service, "after_course", {}) and not uses_course:
            yield Fault(f"{where}.after_course", "no rule of routes sends anybody to 'course'", "add course to a rule's 'to'")
    yield from _while_waiting(scenario)


def _priority(where: str, classes: dict, facts: dict):
    for label, one in classes.items():
        yield from _facts_of(f"{where}.priority.{label}.when", one.when, facts)
    shares = [one.slots_share for one in classes.values() if one.slots_share is not None]
    if shares and (len(shares) < len(classes) or abs(sum(shares) - 1) > TOLERANCE):
        yield Fault(f"{where}.priority", f"slots_share is given to {len(shares)} of {len(classes)} classes and adds to {sum(shares):.6g}", "give it to all, adding to 1, or to none")
    if shares and any(one.points or one.points_per_week for one in classes.values()):
        yield Fault(f"{where}.priority", "has both points and slots_share", "lists kept apart, or one order by points")


def _readers(where: str, service):
    total = sum(reader.of_referrals for reader in service.calls_urgent.values())
    if service.calls_urgent and abs(total - 1) > TOLERANCE:
        yield Fault(f"{where}.calls_urgent", f"of_referrals adds to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all")
    for label, reader in service.calls_urgent.items():
        for word in reader.share:
            if word not in FACTS["impact"]:
                yield Fault(f"{where}.calls_urgent.{label}.share.{word}", "is not a word of impact", nearest(word, FACTS["impact"]))


def _while_waiting(scenario):
    pathway, services = scenario.pathway, scenario.pathway.services
    waiting = pathway.while_waiting
    where = "pathway.while_waiting.worsening"
    for word in waiting.worsening.share_within_26_weeks:
        if word not in FACTS["onset"]:
            yield Fault(f"{where}.share_within_26_weeks.{word}", "is not a word of onset", nearest(word, FACTS["onset"]))
    for need, risen in waiting.worsening.to.items():
        for word in (need, risen):
            if word not in NEEDS:
                yield Fault(f"{where}.to.{need}", f"'{word[:40]}' is not a need", nearest(word, NEEDS))
    if waiting.gp_contact.per_month_waited > 0 and (waiting.gp_contact.service not in services or services[waiting.gp_contact.service].kind != "clinic"):
        clinics = [name for name, service in services.items() if service.kind == "clinic"]
        yield Fault("pathway.while_waiting.gp_contact.service", f"'{waiting.gp_contact.service[:40]}' is not a clinic", nearest(waiting.gp_contact.service, clinics))
    for name in pathway.recurrence.ratio_after:
        if name not in services:
            yield Fault(f"pathway.recurrence.ratio_after.{name}", "is not a service", nearest(name, services))
    access = pathway.access_is_wait_at
    if access is not None and (access not in services or services[access].kind == "delay"):
        yield Fault("pathway.access_is_wait_at", f"'{access[:40]}' is not a service with a list", nearest(access, [n for n, s in services.items() if s.kind != "delay"]))
    if access is None and scenario.demand.induced.per_1000_a_year > 0:
        yield Fault("pathway.access_is_wait_at", "is missing, and demand.induced asks for it", "the service whose wait people hear of")
    recovery = waiting.recovery
    for need in recovery.needs:
        if need not in NEEDS:
            yield Fault("pathway.while_waiting.recovery.needs", f"'{need[:40]}' is not a need", nearest(need, NEEDS))
    for word in recovery.share_within_6_weeks:
        if word not in FACTS["onset"]:
            yield Fault(f"pathway.while_waiting.recovery.share_within_6_weeks.{word}", "is not a word of onset", nearest(word, FACTS["onset"]))
    for word in scenario.pathway.while_waiting.private_exit.share_within_10_weeks:
        if word not in FACTS["imd_quintile"]:
            yield Fault(f"pathway.while_waiting.private_exit.share_within_10_weeks.{word}", "is not an IMD quintile", "\"1\" to \"5\", in quotes")


def _caseload(where: str, service):
    """A stay, and places that come from one thing only."""
    if service.stay_days < 1:
        yield Fault(f"{where}.stay_days", "is missing, or less than a day", "how long a place is held, on average: 84")
    elif service.stay_spread == "fixed" and service.contact_every_days >= max(round(service.stay_days), 1):
        yield Fault(f"{where}.contact_every_days", "is not within the stay, so no review is ever held", f"less than {max(round(service.stay_days), 1)}, or 0 for none")
    if service.capacity.staff and service.places_per_wte is None:
        yield Fault(f"{where}.places_per_wte", "is missing", "how many people one WTE has on the caseload at a time")
    if service.capacity.places is not None and service.places_per_wte is not None:
        yield Fault(f"{where}.places_per_wte", "says nothing where places are given directly", "null, or capacity.staff in place of capacity.places")
    for label, one in service.priority.items():
        if one.slots_share is not None:
            yield Fault(f"{where}.priority.{label}.slots_share", "says nothing here: a caseload has places and no slots", "null")


def _drop_in(where: str, service):
    """Hours that can be read, and nothing that has no meaning where people walk in."""
    try:
        opens, closes = opening_minutes(service.hours)
    except ValueError:
        yield Fault(f"{where}.hours", "is not two times of day", "[\"10:00\", \"16:00\"], in quotes, or always")
    else:
        if closes <= opens:
            yield Fault(f"{where}.hours", "closes before it opens", "the earlier time first; \"24:00\" is midnight")
    if service.spread == "lognormal" and service.length_cv == 0:
        yield Fault(f"{where}.length_cv", "is missing, and spread: lognormal asks for it", "spread of the length of a visit over its mean: 0.6")
    if service.spread != "lognormal" and service.length_cv > 0:
        yield Fault(f"{where}.length_cv", "says nothing without spread: lognormal", f"0, as spread is {service.spread}")
    if service.after_giving_up and service.gives_up_after_minutes == 0:
        yield Fault(f"{where}.after_giving_up", "nobody gives up", "gives_up_after_minutes: how long people wait, on average, before they leave")
    for label, one in service.priority.items():
        for key, nothing in (("earliest_notice_days", None), ("points", 0), ("points_per_week", 0), ("slots_share", None)):
            if getattr(one, key) != nothing:
                yield Fault(f"{where}.priority.{label}.{key}", "says nothing here: people walk in, and classes are seen in the order written", "remove it")


def _rules(where: str, name, rules: Rules, services, facts, tests):
    if OTHERWISE not in rules:
        yield Fault(where, "has no rule 'otherwise'", "the last rule, for everybody left, is called otherwise")
    elif rules[OTHERWISE].when or rules[OTHERWISE].only_while:
        yield Fault(f"{where}.otherwise", "has a condition", "otherwise is for everybody left")
    for rule_name, rule in rules.items():
        here = f"{where}.{rule_name}"
        yield from _facts_of(f"{here}.when", rule.when, facts)
        if rule.only_while is not None and rule.only_while.service not in services:
            yield Fault(f"{here}.only_while.service", f"'{rule.only_while.service[:40]}' is not a service", nearest(rule.only_while.service, services))
        if not rule.to:
            yield Fault(f"{here}.to", "leads nowhere", "to: {resolved: 1.0}")
            continue
        for place in rule.to:
            if place not in services and place not in PLACES:
                yield Fault(f"{here}.to.{place}", "is not a service", nearest(place, [*services, *PLACES]))
            elif name is None and place not in services:
                yield Fault(f"{here}.to.{place}", "is no service, and people come in by one", nearest(place, services))
            elif place in tests and name not in tests and place in services:
                yield Fault(f"{here}.to.{place}", "is a test, which sends people back to whoever ordered it", "order it: orders: {name: {service: ..., share: ...}}")
            elif place in (COURSE, RETURN) and (name is None or not where.endswith("routes")):
                yield Fault(f"{here}.to.{place}", "can only stand in the routes of a service", f"a service, or {RESOLVED_PLACE}")
            elif place == COURSE and services[name].kind != "clinic":
                yield Fault(f"{here}.to.course", "only a clinic has courses of follow-ups", f"a service, or {RESOLVED_PLACE}")
        if NEXT in rule.to and rule_name == OTHERWISE:
            yield Fault(f"{here}.to.next", "no rule follows otherwise", "a service, or resolved")
        total = sum(rule.to.values())
        if abs(total - 1) > TOLERANCE:
            yield Fault(f"{here}.to", f"the shares add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all")


def _places(rules, need: str | None = None) -> set:
    """Places that somebody (with this need) can be sent to by `rules`."""
    places = set()
    for rule in in_order(rules).values():
        if need is not None and need not in words_of(rule.when.get("need", need)):
            continue
        places |= {place for place, share in rule.to.items() if share > 0}
        if need is not None and set(rule.when) <= {"need"} and rule.only_while is None and not rule.to.get(NEXT):
            break  # first match wins: nobody with this need gets further
    return places


def _leads_back(services, name: str) -> bool:
    """Whether a test passes people on to another that sends them back."""
    return any(place in services and RETURN in _places(services[place].routes) for place in _places(services[name].routes))


def askers_of(pathway) -> dict[str, set]:
    """Test service -> clinics that people may come back to from it."""
    services = pathway.services
    askers: dict[str, set] = {}
    for name, service in services.items():
        for order in getattr(service, "orders", {}).values():
            askers.setdefault(order.service, set()).add(name)
    # A test passes people along (scan, then report) before it sends them back to whoever asked.
    for _ in services:
        for name, service in services.items():
            if name in askers:
                for place in _places(service.routes):
                    if place in services:
                        askers.setdefault(place, set()).update(askers[name])
    return askers


def onward(pathway, need: str | None = None) -> dict[str, set]:
    """service -> places that somebody (with this need) can go to from it."""
    services = pathway.services
    askers = askers_of(pathway)
    ways = {}
    for name, service in services.items():
        places = _places(service.routes, need)
        if RETURN in places:
            places |= askers.get(name, set())  # nobody else could have sent them
        if COURSE in places:
            places |= _places(service.after_course, need) if getattr(service, "after_course", {}) else {RESOLVED_PLACE}
        for part in ("after_missing", "after_dropping_out", "after_giving_up"):
            places |= _places(getattr(service, part, None) or {}, need)
        for order in getattr(service, "orders", {}).values():
            places.add(order.service)
        if service.setting == "primary":
            places = {through(services, place) for place in places}
        ways[name] = places - {COURSE, RETURN, NEXT}
    return ways


def _ways_out(scenario):
    """Nobody may walk in a circle for ever, whatever their need: one fault names the first circle."""
    for need in (None, *NEEDS):
        ways = onward(scenario.pathway, need)
        out = {name for name, places in ways.items() if RESOLVED_PLACE in places}
        while more := {name for name, places in ways.items() if name not in out and places & out}:
            out |= more
        stuck = [name for name in ways if name not in out]
        if stuck:
            who = f" with need {need}" if need else ""
            yield Fault(f"pathway.services.{stuck[0]}.routes", f"{NO_WAY_OUT}{who} (" + " -> ".join(stuck[:6]) + ")",
                        f"give one of its rules a way to '{RESOLVED_PLACE}'")
            return


def _returns(scenario):
    """Only who was sent for a test has somebody to return to."""
    services = scenario.pathway.services
    askers = askers_of(scenario.pathway)
    for name, service in services.items():
        if RETURN in _places(service.routes) and name not in askers:
            yield Fault(f"pathway.services.{name}.routes", "sends people back with 'return', but no clinic orders it as a test", "a service, or resolved; or orders at a clinic")
    for name, stream in scenario.demand.elsewhere.items():
        if stream.service in askers and (RETURN in _places(services[stream.service].routes) or _leads_back(services, stream.service)):
            yield Fault(f"demand.elsewhere.{name}.service", "is a test, which sends people back to whoever ordered it", "a service that decides")


def _staff(scenario):
    given: dict[str, float] = {}
    for name, service in scenario.pathway.services.items():
        for group, share in (service.capacity.staff if hasattr(service, "capacity") else {}).items():
            if group not in scenario.workforce:
                yield Fault(f"pathway.services.{name}.capacity.staff.{group}", "is not a staff group", nearest(group, scenario.workforce))
            given[group] = given.get(group, 0.0) + share
    for group, share in given.items():
        if share > 1 + TOLERANCE:
            yield Fault(f"workforce.{group}", f"{share:.0%} of its sessions are shared out", "the shares of one group may not pass 100%")
    for group, staff in scenario.workforce.items():
        for source in staff.moved_from:
            if source not in scenario.workforce:
                yield Fault(f"workforce.{group}.moved_from.{source}", "is not a staff group", nearest(source, scenario.workforce))


def _demand(scenario):
    demand = scenario.demand
    order = list(FACTS)
    for name, mix in demand.facts.items():
        where = f"demand.facts.{name}"
        if name not in FACTS:
            yield Fault(where, "is not a fact of a patient", nearest(name, FACTS))
            continue
        if mix.given is None:
            yield from _adds_up(f"{where}.shares", mix.shares, FACTS[name])
            if mix.shares_given:
                yield Fault(f"{where}.shares_given", "says nothing without 'given'", "add given: region, or use shares")
            continue
        if mix.given not in FACTS or order.index(mix.given) >= order.index(name):
            yield Fault(f"{where}.given", "is not a fact that is known before this one", f"one of {', '.join(order[: order.index(name)]) or 'none'}")
            continue
        for word in FACTS[mix.given]:
            if word not in mix.shares_given:
                yield Fault(f"{where}.shares_given.{word}", "is missing", f"shares of {name} for {word}")
        for word, shares in mix.shares_given.items():
            if word not in FACTS[mix.given]:
                yield Fault(f"{where}.shares_given.{word}", f"is not a word of {mix.given}", nearest(word, FACTS[mix.given]))
            yield from _adds_up(f"{where}.shares_given.{word}", shares, FACTS[name])
    for name, stream in demand.elsewhere.items():
        where = f"demand.elsewhere.{name}"
        if stream.service not in scenario.pathway.services:
            yield Fault(f"{where}.service", f"'{stream.service[:40]}' is not a service", nearest(stream.service, scenario.pathway.services))
        yield from _adds_up(f"{where}.needs", stream.needs, NEEDS)
    for fact, ratios in demand.rate_ratio.items():
        if fact not in FACTS:
            yield Fault(f"demand.rate_ratio.{fact}", "is not a fact of a patient", nearest(fact, FACTS))
            continue
        if fact in demand.facts and demand.facts[fact].given:
            yield Fault(f"demand.rate_ratio.{fact}", f"{fact} is given by another fact", "a ratio needs a fact with plain shares")
        for word in ratios:
            if word not in FACTS[fact]:
                yield Fault(f"demand.rate_ratio.{fact}.{word}", f"is not a word of {fact}", nearest(word, FACTS[fact]))
    if sum(demand.month_index) <= 0:
        yield Fault("demand.month_index", "is zero in every month", "1 is an average month")
    if sum(demand.weekday_index) <= 0:
        yield Fault("demand.weekday_index", "is zero on every day", "1 is an average day")
    for need in scenario.outcomes.utility_loss_per_month_waited:
        if need not in NEEDS:
            yield Fault(f"outcomes.utility_loss_per_month_waited.{need}", "is not a need", nearest(need, NEEDS))
    for name in scenario.prices.per_visit_gbp:
        if name not in scenario.pathway.services:
            yield Fault(f"prices.per_visit_gbp.{name}", "is not a service", nearest(name, scenario.pathway.services))


def _start(scenario):
    start = scenario.start
    tests = askers_of(scenario.pathway)
    clinics = [name for name, service in scenario.pathway.services.items() if service.kind == "clinic"]
    if start.kind == "lists" and not start.lists:
        yield Fault("start.lists", "is empty", "give lists, or start.kind: warm_up with run.warm_up_days, or start.kind: empty")
    if start.kind == "warm_up" and scenario.run.warm_up_days == 0:
        yield Fault("run.warm_up_days", "is 0, and the start is a warm-up", "at least a year, see docs/model.md")
    for name, one in start.lists.items():
        where = f"start.lists.{name}"
        for edge in one.waiting:
            try:
                ok = 0 <= float(edge) < 1200
            except ValueError:
                ok = False
            if not ok:
                yield Fault(f"{where}.waiting.{str(edge)[:20]}", f"is not a number of {one.unit}", f"the lower edge of a band in {one.unit}, in quotes: \"0\", \"1\"")
        total = sum(p.share for p in one.places.values())
        if abs(total - 1) > TOLERANCE:
            yield Fault(f"{where}.places", f"the shares add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all")
        for label, place in one.places.items():
            if place.service not in scenario.pathway.services:
                yield Fault(f"{where}.places.{label}.service", f"'{place.service[:40]}' is not a service", nearest(place.service, scenario.pathway.services))
            elif place.in_course and scenario.pathway.services[place.service].kind not in ("clinic", "caseload"):
                yield Fault(f"{where}.places.{label}.in_course", "only a clinic has courses, and only a caseload places", "false")
            if place.asked_by is not None and (place.asked_by not in clinics or place.service not in tests):
                yield Fault(f"{where}.places.{label}.asked_by", "is not a clinic that waits for this service", "the name of a clinic; only for tests")
            elif place.asked_by is None and place.service in tests and not place.in_course:
                yield Fault(f"{where}.places.{label}.asked_by", "is missing", f"a clinic that orders it: {', '.join(sorted(tests[place.service]))}")
            yield from _adds_up(f"{where}.places.{label}.needs", place.needs, NEEDS)


def _dates(scenario):
    for name, service in scenario.pathway.services.items():
        for label, extra in getattr(service, "extra_clinics", {}).items():
            where = f"pathway.services.{name}.extra_clinics.{label}.date"
            try:
                day = (date.fromisoformat(extra.date) - date.fromisoformat(scenario.calendar.start_date)).days
            except ValueError:
                yield Fault(where, "is not a date", "write it as \"2025-11-15\", with quotes")
                continue
            if not 0 <= day < scenario.run.horizon:
                yield Fault(where, "is outside the simulated days", "a date between the start and the horizon")
    window = scenario.analysis.window
    if window is not None and not window[0] < window[1] <= scenario.run.horizon:
        yield Fault("analysis.window", "is not a stretch of the simulated days", f"[first, last] with first < last <= {scenario.run.horizon}")
    if scenario.run.precision > 0:
        yield Fault("run.precision", "is not available in this version", "0, with run.replications as many as you need")
    if scenario.run.progress not in ("auto", "bar", "lines", "json", "none"):
        yield Fault("run.progress", "is not a way to show progress", "auto, bar, lines, json or none")
