"""A picture leaves without what the camera wrote into it; the original stays as it came."""

import io

import pytest
from PIL import Image

from bordercoop.errors import Invalid
from bordercoop.files import rendition as renditions
from bordercoop.files.kinds import BY_CODE, kind_of
from bordercoop.files.rendition import rendition
from tests import made_files as made


def plain(content, name):
    file = io.BytesIO(content)
    kind, _pixels = kind_of(file, name)
    with rendition(file, kind) as result:
        return result and result.read()


@pytest.mark.parametrize(
    ("content", "name"),
    [(made.photo(), "a.jpg"), (made.png(), "a.png"), (made.tiff(), "a.tif")],
)
def test_nothing_is_left_of_place_maker_profile_comment_and_trailer(content, name):
    assert any(secret in content for secret in made.SECRETS)
    result = plain(content, name)
    for secret in (*made.SECRETS, b"Exif", b"GPS", b"ICC_PROFILE", b"iCCP", b"eXIf", b"tEXt"):
        assert secret not in result, secret
    with Image.open(io.BytesIO(result)) as image, Image.open(io.BytesIO(content)) as before:
        assert image.size == before.size
        assert not image.getexif().get_ifd(0x8825)
        assert 0x010F not in image.getexif()


def test_a_picture_taken_with_a_turned_camera_stands_upright():
    with Image.open(io.BytesIO(plain(made.photo(40, 20, orientation=6), "a.jpg"))) as image:
        assert image.size == (20, 40)
        red, _green, blue = image.convert("RGB").getpixel((10, 5))
        assert blue > 150 > red


def test_transparent_pixels_and_palettes_survive():
    out = io.BytesIO()
    drawn = Image.new("P", (3, 3), 1)
    drawn.putpalette([0, 0, 0, 9, 9, 9])
    drawn.save(out, "PNG", transparency=1)
    with Image.open(io.BytesIO(plain(out.getvalue(), "a.png"))) as image:
        assert image.mode == "P"
        assert image.info["transparency"] == 1


def test_what_is_no_picture_has_none_and_neither_has_a_picture_of_several_pages():
    assert plain(made.pdf(), "a.pdf") is None
    out = io.BytesIO()
    pages = [Image.new("RGB", (3, 3)) for _ in range(2)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    assert plain(out.getvalue(), "a.tif") is None


def test_above_its_memory_a_photo_is_made_smaller_and_other_pictures_have_none(monkeypatch):
    monkeypatch.setattr(renditions, "MOST_PIXELS", 600)
    with Image.open(io.BytesIO(plain(made.photo(40, 20), "a.jpg"))) as image:
        assert image.width <= 20
    assert plain(made.png(40, 20), "a.png") is None


def test_a_picture_that_cannot_be_decoded_is_refused():
    with pytest.raises(Invalid, match="damaged"):
        plain(made.claimed_png(2_000, 2_000), "a.png")
    content = made.photo()
    with pytest.raises(Invalid, match="damaged"):
        plain(content[: len(content) // 2], "a.jpg")


def test_only_pictures_are_called_pictures():
    assert {code for code, kind in BY_CODE.items() if kind.picture} == {"jpeg", "png", "tiff"}
