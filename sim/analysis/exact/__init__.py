"""Exact results that the simulator is held against: formulas and finite Markov chains, no simulation.

Time is in whole days. On a day, people who present join the list (of those already there some may have been
removed at its start); then the clinic uses up to c slots, first come first served within a class. The wait
of a person is the day seen less the day presented: 0 if seen the same day. "The list" is always those left
after the day's clinic, so each person is counted on it once for every day waited and
mean list = people a day x mean wait (Little).

    chain     Markov chains on a list: the day's matrix, its steady state, its means from a start
    roots     the daily list with Poisson arrivals by roots and transform: the second route
    slots     daily slots: list, mean wait, the whole distribution of waits, the way from empty
    backlog   fixed arrivals: days to clear, growth, waits
    classes   priority classes; ring-fenced, shared and half-shared slots
    missed    missed appointments, lost or rebooked
    course    follow-ups first: load, occupancy, the list of new people beside them
    week      clinics that open on some weekdays only
    cohort    groups that start when enough people wait
    caseload  places held for a stay, and the list beside them
    delay     places where only time passes
    routing   chains of services
    removal   people who leave the list unseen
    full      lists with room for so many
    identity  laws that hold on every path (Lindley, Little)
    erlang    minutes: Erlang B, C and A, M/M/c, M/M/c/K, priority
    pollaczek minutes: M/G/1, M/D/1, M/D/c, priority
"""
