"""Words that a page does not explain where it uses them: short forms of the NHS, words with a meaning here, units.

docs/glossary.md has all of these, and more; a test holds that both say the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Explained:
    """A `word` as it is written, what it stands `long` for ("" where it is no short form), and what it means here."""

    word: str
    long: str
    meaning: str

    @property
    def told(self) -> str:
        return f"{self.long}: {self.meaning}" if self.long else self.meaning


SHORT_FORMS = (
    Explained("A&E", "", "accident and emergency; here a door by which people come to T&O from elsewhere"),
    Explained("DNA", "", "did not attend: the person did not come and did not say so"),
    Explained("ESCAPE-pain", "", "a group programme of twelve sessions for knee and hip pain: exercise and advice"),
    Explained(
        "FCP",
        "first contact practitioner",
        "a physiotherapist in a GP practice whom people see in place of the GP",
    ),
    Explained("GP", "general practitioner", "the family doctor, and the practice in which people ask for help first"),
    Explained("ICB", "", "integrated care board, which plans and pays for NHS care in its area"),
    Explained("IMD", "", "index of multiple deprivation; 1 is the most deprived fifth of places"),
    Explained("MDT", "", "multidisciplinary team; here one that reads and discusses referrals"),
    Explained("MRI", "", "magnetic resonance imaging, a scan"),
    Explained("MSK", "", "musculoskeletal: bones, joints, muscles, spine"),
    Explained("PCN", "", "primary care network, a group of GP practices"),
    Explained("PIFU", "", "patient-initiated follow-up: come back if you need to"),
    Explained("QALY", "", "a year of life in full health, or its like"),
    Explained("RTT", "", "referral to treatment; the standard is 18 weeks"),
    Explained("T&O", "", "trauma and orthopaedics"),
    Explained("WTE", "", "whole-time equivalent: one full-time post, 37.5 hours a week"),
)
"""Told where they are first used, and in the list at the end of a page."""

OTHERS = (
    Explained("definitive care", "", "care that meets the need of the person, or the end of the episode without it"),
    Explained("episode", "", "from presenting with a problem to resolution, or to leaving without it"),
    Explained("follow-up", "", "a visit after the first at the same service; due a set interval after the one before"),
    Explained("interface clinic", "", "clinicians with advanced practice between general practice and hospital"),
    Explained("median", "", "the middle one: half are below it and half above"),
    Explained("need", "", "the least intensive care that would resolve an episode; nobody in the model sees it"),
    Explained("no outcome", "", "a hospital attendance after which the hospital has nothing to offer"),
    Explained("per 1,000 residents a year", "", "for every 1,000 people who live in the place, in a year"),
    Explained("percentage point", "", "the unit in which two percentages differ: 24% and 31% are 7 points apart"),
    Explained("red flag", "", "a sign that something serious may lie behind"),
    Explained("replication", "", "one run of a scenario with luck of its own"),
    Explained("self-management", "", "looking after it oneself with advice; here six weeks at home before coming back"),
    Explained("single point of access", "", "one desk through which all referrals go"),
    Explained("slot", "", "room for one visit"),
    Explained("tier", "", "a step of intensity of care, 0 to 5"),
    Explained("triage", "", "reading a referral and sending it to where it belongs"),
    Explained(
        "95% interval",
        "",
        "a range that holds the mean of endlessly many runs 95 times in 100: chance alone, no other doubt",
    ),
)
"""Told in the list only."""

GLOSSARY = tuple(sorted((*SHORT_FORMS, *OTHERS), key=lambda one: one.word.lower()))


def pattern(words: Iterable[Explained], spelled=lambda word: word) -> re.Pattern[str]:
    """Finds each where it stands as a word, one or many of it; the word itself is the group. `spelled`: as it is
    written in the text that is searched."""
    longest_first = sorted((re.escape(spelled(one.word)) for one in words), key=len, reverse=True)
    return re.compile(rf"(?<![\w&-])({'|'.join(longest_first)})(?=s?(?![\w-]|&amp;))")
