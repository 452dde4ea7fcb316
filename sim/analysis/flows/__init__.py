"""A waiting list as flows: cohorts that age by a day a day, and leave at rates that go with the weeks waited."""
