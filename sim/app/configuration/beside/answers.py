"""Answers to one question that stand side by side: shipped scenarios, and the one that was asked for among them."""

from collections.abc import Sequence
from dataclasses import replace

from sim.app.configuration.arrange import is_path
from sim.app.configuration.beside.ladder import Composer, same
from sim.app.configuration.beside.report_section import Change
from sim.app.configuration.files.shipped import cut, scenario_files
from sim.domain.faults import Fault, nearest
from sim.domain.scenario import Scenario

AS_ASKED = "as_asked"
AS_ASKED_TITLE = "As asked here"


def answers_of(answers: Sequence[Change], composer: Composer) -> dict[str, tuple[str, Scenario]]:
    """name -> (title, scenario). The scenario that was asked for stands for the answer that it is, and is not made
    again; where the command has changed it, it comes first as an answer of its own.

    None where it is not among them: they answer the question of the file that lists them, which a scenario that builds
    on that file need not ask. What is wrong joins the composer's faults, a name that no scenario has in either case.
    """
    asked = composer.scenario
    if unknown := _unknown(answers, composer):
        composer.faults.extend(unknown)
        return {}
    if asked.name not in [one.scenario for one in answers]:
        return {}
    made = {one.name: (one.title, _made(one, composer)) for one in answers}
    found = {name: (title, one) for name, (title, one) in made.items() if one is not None}
    if any(one is asked for _, one in found.values()):
        return found
    return {AS_ASKED: (AS_ASKED_TITLE, asked)} | found


def _unknown(answers: Sequence[Change], composer: Composer) -> list[Fault]:
    """Of every answer whose scenario there is not. One that is a file says by itself what is wrong with it."""
    files = scenario_files(composer.request.config_dirs)
    return [
        Fault(
            f"report.answers.{one.name}.scenario",
            f"there is no scenario '{cut(one.scenario)}'",
            nearest(one.scenario, files),
        )
        for one in answers
        if not is_path(one.scenario) and one.scenario not in files
    ]


def _made(answer: Change, composer: Composer) -> Scenario | None:
    """The scenario of an answer in the place and the run of the command; the very one that was asked for if it is
    that, and told apart from it by its name if the command has changed it."""
    made, asked = composer.other(answer.scenario, f"report.answers.{answer.name}"), composer.scenario
    if made is None or made.name != asked.name:
        return made
    return asked if same(made, asked) else replace(made, name=f"{made.name} as shipped")
