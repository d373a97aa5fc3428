"""Quick replies where a channel has them, words where it has not."""

from acuerdo.messaging.channels.base import Button, Capabilities, fit_text

SHORT = (Button("Sí", "yes"), Button("No", "no"))


def test_buttons_that_fit_stay_buttons() -> None:
    assert fit_text("Hola", SHORT, Capabilities(buttons=3)) == ("Hola", SHORT)
    assert fit_text("Hola", (), Capabilities()) == ("Hola", ())


def test_too_many_or_too_long_become_words_and_nothing_is_lost() -> None:
    text, buttons = fit_text("Hola", SHORT, Capabilities(buttons=1))
    assert (text, buttons) == ("Hola\n\n– Sí\n– No", ())
    long = (*SHORT, Button("x" * 21, "x"))
    text, buttons = fit_text("Hola", long, Capabilities(buttons=3))
    assert buttons == ()
    assert text.endswith("x" * 21)
