from __future__ import annotations

import pytest

from simone.retrieval.formats import web
from simone.retrieval.formats.styles import MAX_SHEET

SEEN, UNSEEN = "The harbour is deep.", "The toll is nine coins."


def shown(body: str, head: str = "") -> str:
    return web.read(f"<html><head>{head}</head><body><p>{SEEN}</p>{body}</body></html>").text


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : NONE !important",
        "visibility:hidden",
        "visibility: collapse",
        "opacity:0",
        "opacity: .01",
        "opacity:0%",
        "font-size:0",
        "font-size: 1px",
        "font-size:0.01em",
        "font: 1px/1 serif",
        "color:#fff",
        "color: white",
        "color: rgb(254, 254, 254)",
        "color:transparent",
        "color:rgba(0,0,0,0)",
        "color:#0000",
        "color:#333;background:#333333",
        "background-color:navy;color:navy",
        "color:#fff;background:rgba(0,0,0,0)",
        "color:#fff;background-color:initial",
        "position:absolute;left:-9999px",
        "position:fixed; top: -200em",
        "position:absolute;left:99999px",
        "text-indent:-9999px",
        "margin-left:-5000px",
        "position:absolute;clip:rect(0,0,0,0)",
        "clip: rect(1px 1px 1px 1px)",
        "clip-path:inset(50%)",
        "clip-path: circle(0)",
        "transform:scale(0)",
        "height:0;overflow:hidden",
        "width:1px;height:1px;overflow:hidden",
        "/* a note */display:none",
    ],
)
def test_what_a_style_hides_is_no_text(style: str) -> None:
    assert shown(f'<p style="{style}">{UNSEEN}</p>') == SEEN
    assert shown(f'<div style="{style}"><p>{UNSEEN}</p></div>') == SEEN
    assert shown(f'<p class="x y">{UNSEEN}</p>', f"<style>p {{margin:0}} .x {{{style}}}</style>") == SEEN
    assert shown(f'<p id="x">{UNSEEN}</p>', f"<style>.z, p#x {{{style}}}</style>") == SEEN


@pytest.mark.parametrize("attribute", ["hidden", "hidden=until-found", "aria-hidden=true", 'aria-hidden="TRUE"'])
def test_what_an_attribute_hides_is_no_text(attribute: str) -> None:
    assert shown(f"<p {attribute}>{UNSEEN}</p>") == SEEN


@pytest.mark.parametrize(
    "element",
    [
        f"<font color=white>{UNSEEN}</font>",
        f"<table bgcolor=red><tr><td style='color:red'>{UNSEEN}</table>",
    ],
)
def test_old_attributes_colour_too(element: str) -> None:
    assert shown(element) == SEEN


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ('<p style="display:block;opacity:1;font-size:12px;color:#333">{}</p>', ""),
        ('<p style="color:white;background:#204060">{}</p>', ""),
        ('<div style="background:black"><p style="color:#fff">{}</p></div>', ""),
        ('<p style="color:#fff;background:url(a.png)">{}</p>', ""),
        ('<p style="color:white">{}</p>', "<link rel=stylesheet href=a.css>"),
        ('<p style="color:white">{}</p>', "<style>@import url(a.css);</style>"),
        ('<p style="color:white">{}</p>', "<style>body {background: #111}</style>"),
        ('<p style="color:white">{}</p>', "<style>:root {background: var(--dark)}</style>"),
        ('<div style="font-size:0"><p style="font-size:16px">{}</p></div>', ""),
        ('<div style="visibility:hidden"><p style="visibility:visible">{}</p></div>', ""),
        ('<h2 style="color:transparent;background:linear-gradient(red,blue);-webkit-background-clip:text">{}</h2>', ""),
        ('<p style="left:50%;margin-left:-100%;height:1%">{}</p>', ""),
        ('<p class="x">{}</p>', "<style>@media print {{ .x {{display:none}} }}</style>"),
        ('<p class="x on">{}</p>', "<style>.x {{display:none}} .x.on {{display:block}}</style>"),
        ('<p class="x">{}</p>', "<style>.x {{display:none}} .tabs .x {{display:block}}</style>"),
        ('<p class="x" style="display:block">{}</p>', "<style>.x {{display:none}}</style>"),
        (
            '<p class="x">{}</p>',
            "<style>/* .x {{display:none}} */ .y {{display:none}} .x::after {{display:none}}</style>",
        ),
        ('<p class="x">{}</p>', "<style>.x.y {{display:none}} div.x {{opacity:0}}</style>"),
        ("<p aria-hidden=false>{}</p>", ""),
        ("<p>{}</p>", "<style>body {{opacity:0}} html {{visibility:hidden}}</style>"),
    ],
)
def test_what_a_reader_can_see_stays(body: str, head: str) -> None:
    assert shown(body.format(UNSEEN), head.replace("{{", "{").replace("}}", "}")) == f"{SEEN}\n\n{UNSEEN}"


@pytest.mark.parametrize("names", ["b c", "c b", "d e", "e d", "f g", "h i"])
def test_of_rules_of_equal_weight_one_that_may_not_fit_decides_whatever_the_order_of_names(names: str) -> None:
    first, second = names.split()
    for rules in (f".x .{first}, #a.{second}", f"#a.{second}, .x .{first}"):
        body = f'<p id="a" class="{names}">{UNSEEN}</p>'
        assert shown(body, f"<style>{rules} {{display:none}}</style>") == f"{SEEN}\n\n{UNSEEN}"


def test_an_important_rule_holds_against_a_style() -> None:
    head = "<style>.x {display:none !important}</style>"
    assert shown(f'<p class="x" style="display:block">{UNSEEN}</p>', head) == SEEN


def test_what_is_hidden_within_a_sentence_leaves_the_rest_of_it() -> None:
    assert shown("<p>The toll is <b style='font-size:0'>not </b>nine coins.</p>") == f"{SEEN}\n\n{UNSEEN}"


@pytest.mark.parametrize(
    "piece", ["{", "}", ".x{", "/*", ".x,", ".x{color:red}", "a b ", ":not(", "rgb(1,", ";", "[", ":", "::a"]
)
def test_a_sheet_of_any_size_is_read_in_linear_time(piece: str) -> None:
    assert SEEN in shown(f'<p class="x">{UNSEEN}</p>', f"<style>{piece * (MAX_SHEET // len(piece))}</style>")


def test_many_elements_under_many_rules_are_read_in_reasonable_time() -> None:
    head = f"<style>{''.join(f'.x {{color:#{number:06x}}}' for number in range(2_000))}</style>"
    assert SEEN in shown("".join(f"<b id=i{number} class=x>o</b>" for number in range(100_000)), head)
