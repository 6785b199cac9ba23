import json

import pytest

from worker.readers.errors import Refused
from worker.readers.limits import Limits
from worker.readers.order import parse_options, parse_order


def test_an_order_is_one_line_of_json():
    line = {"upload": "/u", "format": "csv", "out": "/o", "options": {"header": True}, "limits": {"cpu_s": 5}}
    order = parse_order(json.dumps(line))
    assert (str(order.upload), str(order.out), order.format) == ("/u", "/o", "csv")
    assert order.options.header is True
    assert order.limits == Limits(cpu_s=5)


def test_image_shape_has_one_channel_unless_it_says_three():
    assert parse_options({"image_shape": [2, 3]}, "npy").pixel_shape() == (2, 3, 1)
    assert parse_options({"image_shape": [2, 3, 3]}, "npy").pixel_shape() == (2, 3, 3)


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "sounds"},
        {"image_shape": [2, 3, 4]},
        {"image_shape": [0, 3]},
        {"resize": [5000, 3]},
        {"label_columns": "y"},
        {"delimiter": "::"},
        {"nobody": 1},
    ],
)
def test_options_that_make_no_sense_are_named(options):
    (name,) = options
    with pytest.raises(Refused) as caught:
        parse_options(options, "zip" if name == "resize" else "csv")
    assert caught.value.errors[0]["pointer"].startswith(f"/options/{name}")


def test_an_option_of_another_format_says_which_it_is_for():
    with pytest.raises(Refused) as caught:
        parse_options({"resize": [8, 8]}, "csv")
    assert caught.value.accepted == ["zip"]
