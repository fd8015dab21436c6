"""That the check of what can be read finds what cannot."""

import pytest
from legible import problems

STYLE = "background: #fff; color: #222; margin: 0; font: 16px sans-serif"
PAGE = f'<html><body class="stApp" style="{STYLE}">{{}}</body></html>'
WIDE = "white-space: nowrap; overflow: hidden; width: 60px"
SEVERAL = "a text that is longer than its box"
GREY = '<p style="color: #999; height: 20px">grey words</p>'


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>words</p>", []),
        (f'<div style="{WIDE}">{SEVERAL}</div>', [f"cut: {SEVERAL}"]),
        (f'<div style="{WIDE}; text-overflow: ellipsis">{SEVERAL}</div>', []),
        (f'<div style="{WIDE}" title="{SEVERAL}">{SEVERAL}</div>', []),
        (
            '<div style="height: 20px">one</div><div style="margin-top: -15px; height: 20px">two</div>',
            ["over: one | two"],
        ),
        ('<div style="height: 20px">one</div><div style="height: 20px">two</div>', []),
        ('<b style="color: #999">grey</b>', ["contrast 2.8: grey (B )"]),
        ('<b style="color: #999; opacity: 0">unseen</b>', []),
        ('<div style="background: #000"><b style="color: #999">grey</b></div>', []),
        ('<button disabled style="color: #999; background: #fff">off</button>', []),
        (
            '<svg width="90" height="30"><rect width="90" height="30" fill="#333"/>'
            '<text y="20" fill="#222">dark</text></svg>',
            ["contrast 1.3: dark (text )"],
        ),
        ('<svg width="30" height="30"><text y="20" x="10" fill="#222">longer</text></svg>', ["cut: longer"]),
        ('<div role="button">by mouse</div>', ["no key reaches: by mouse"]),
        ('<div role="button" tabindex="0">by key</div>', []),
    ],
)
def test_what_cannot_be_read_is_found(page, body, found):
    page.set_content(PAGE.format(body))
    assert problems(page) == found
