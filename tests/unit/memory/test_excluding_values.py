"""Values, states and denials that exclude one another, and those of one or of two things that both hold."""

from __future__ import annotations

import time

import pytest

from simone.memory.twins import find_difference, find_value

HOLD = [
    ("When the hatch is open, press the bell.", "When the hatch is closed, press the bell."),
    ("Press the bell if the hatch is open.", "Press the bell if the hatch is closed."),
    ("If the play starts at 7, supper is late.", "If the play starts at 8, supper is late."),
    ("If I live in Oslo, I pay.", "If I live in Rome, I pay."),
    ("The hatch which is open is red.", "The hatch which is closed is red."),
    ("The oven is shut.", "The oven is locked."),
    ("The oven is shut.", "The oven is closed."),
    ("The concert is cancelled.", "The concert is canceled."),
    ("Nils is single.", "Nils is divorced."),
    ("The kiosk opens at 24:00.", "The kiosk opens at 0:00."),
    ("The kiosk opens at 24:00.", "The kiosk opens at 12 am."),
    ("My nephew likes plums.", "My nephew hates plums."),
    ("My nephew is awake.", "My nephew is asleep."),
    ("My nephew doesn't smoke.", "My nephew smokes."),
    ("My sister has no car.", "My sister has car."),
    ("My phone number is 555 1234 at work.", "My phone number is 555 9876 at home."),
    ("My phone number is 555-1234.", "My phone number is 555 1234."),
    ("My password is Heron7 for the bank.", "My password is Tulip4 for the shop."),
    ("My PIN is 1234.", "My PIN is 4 digits long."),
    ("Our address is 12 Main Street.", "Our address is 12 Main Street, Oslo."),
    ("My favourite food is rice in winter.", "My favourite food is soup in summer."),
    ("My favourite dish is goulash.", "My favourite dish is cooked by Ruth."),
    ("Ruth was born in Oslo.", "Ruth was born in May."),
    ("Ruth lives in Britain.", "Ruth lives in England."),
    ("Ruth lives in Holland.", "Ruth lives in Rotterdam."),
    ("Ruth lives in USA.", "Ruth lives in US."),
    ("The CEO is Ruth Berg.", "The CEO is Ms Berg."),
    ("My favourite colour is Blue.", "My favourite colour is blue."),
    ("My e-mail address is Ruth7@example.org.", "My e-mail address is ruth7@example.org."),
    ("The password of my brother is Blue.", "The password of my sister is blue."),
    ("If the code is aB3x, the door opens.", "If the code is AB3x, the door opens."),
    ("The Wifi password is Blue.", "The wifi password is Blue now."),
    ("The wifi password is “Blue”.", "The wifi password is Blue."),
]
EXCLUDE = [
    ("If it rains, the pump is on.", "If it rains, the pump is off."),
    ("The oven is open.", "The oven is locked."),
    ("The concert is confirmed.", "The concert is canceled."),
    ("Nils is married.", "Nils is divorced."),
    ("The kiosk opens at 24:00.", "The kiosk opens at 12 pm."),
    ("My nephew Nils is awake.", "My nephew Nils is asleep."),
    ("Nils doesn't smoke.", "Nils smokes."),
    ("My phone number is 555 1234 at work.", "My phone number is 555 9876 at work."),
    ("My phone number is 555 1234.", "My phone number is 555 9876."),
    ("My password is Heron7.", "My password is Tulip4."),
    ("My address is 12 Rue de la Paix.", "My address is 3 Main Street."),
    ("My favourite food is rice in winter.", "My favourite food is soup in winter."),
    ("My favourite colour is red.", "My favourite colour is blue."),
    ("Ruth was born in Oslo.", "Ruth was born in Rome."),
    ("Ruth lives in Britain.", "Ruth lives in France."),
    ("The CEO is Ruth Berg.", "The CEO is Ms Lund."),
    ("The wifi password is Blue.", "The wifi password is blue."),
    ("The Wifi password is still Blue.", "The wifi password is blue now."),
    ("The passphrase of the server is correct horse.", "The passphrase of the server is Correct horse."),
    ("The code for the cellar is aB3x.", "The code for the cellar is AB3x."),
    ("Licence key: ABC-12-xy", "Licence key: ABC-12-XY"),
    ('The word at the gate is "heron".', 'The word at the gate is "Heron".'),
    ("My booking is QX7tp.", "My booking is QX7TP."),
]


@pytest.mark.parametrize(("one", "other"), HOLD)
def test_both_may_hold(one: str, other: str) -> None:
    assert find_difference(one, other) is None
    assert find_difference(other, one) is None


@pytest.mark.parametrize(("one", "other"), EXCLUDE)
def test_one_excludes_the_other(one: str, other: str) -> None:
    assert find_difference(one, other) is not None
    assert find_difference(other, one) is not None


def test_a_value_is_told_without_what_ends_or_limits_it() -> None:
    for text, value in (
        ("My email is anna@b.org.", "anna@b.org"),
        ("My phone number is 555 1234 at work.", "555 1234"),
        ("My favourite food is rice in winter.", "rice"),
        ("My favourite song is Smoke on the Water.", "Smoke on the Water"),
    ):
        span = find_value(text)
        assert span is not None and text[slice(*span)] == value


def test_long_texts_are_looked_through_in_no_time() -> None:
    begin = time.perf_counter()
    for text in (
        "my number is " + "A1" * 900,
        "if " * 600 + "my number is " + "A1 " * 300,
        "My address is " + "a " * 900,
    ):
        find_difference(text, text + "x")
    assert time.perf_counter() - begin < 1.0
