"""Files as officers bring them, and as somebody with bad intent would."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

SECRETS = (b"Zqmaker", b"Zqcomment", b"Zqxmp", b"Zqprofile", b"Zqtrailer")


def upload(content, name="photo.jpg"):
    return SimpleUploadedFile(name, content)


def photo(width=40, height=20, orientation=1):
    """A JPEG with maker, place, XMP, profile, comment and something after its end."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Zqmaker", orientation
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (56.0, 30.0, 1.0)
    out = io.BytesIO()
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (0, 0, width // 2, height))
    image.save(
        out, "JPEG", exif=exif, comment=b"Zqcomment", icc_profile=b"Zqprofile" * 20,
        xmp=b"<x:xmpmeta>Zqxmp</x:xmpmeta>", quality=95,
    )  # fmt: skip
    return out.getvalue() + b"Zqtrailer"


def png(width=4, height=3, text=True):
    out, info = io.BytesIO(), PngImagePlugin.PngInfo()
    if text:
        info.add_text("Author", "Zqmaker")
        info.add_itxt("XML:com.adobe.xmp", "Zqxmp")
    Image.new("RGBA", (width, height), (1, 2, 3, 4)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def claimed_png(width, height):
    """A PNG of a few bytes whose head claims a size."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def tiff(pages=1):
    out = io.BytesIO()
    first, *more = [Image.new("RGB", (4, 3), "green") for _ in range(pages)]
    exif = Image.Exif()
    exif[0x010F] = "Zqmaker"
    first.save(out, "TIFF", exif=exif, save_all=bool(more), append_images=more)
    return out.getvalue()


def pdf(inside=b""):
    return b"%PDF-1.7\n1 0 obj<<>>endobj\n" + inside + b"\ntrailer<<>>\n%%EOF\n"


def box(name, content=b""):
    return struct.pack(">I4s", 8 + len(content), name) + content


def mp4(*more):
    film = [box(b"ftyp", b"isom\0\0\2\0isomiso2"), box(b"moov", bytes(20)), box(b"mdat", bytes(99))]
    return b"".join([*film, *more])


TYPES = b'<?xml version="1.0"?><Types xmlns="x"></Types>'


def packed(parts, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(**more):
    return packed({"[Content_Types].xml": TYPES, "word/document.xml": b"<w/>", **more})


def xlsx(**more):
    return packed({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<w/>", **more})


def odt(mimetype=b"application/vnd.oasis.opendocument.text", **more):
    return packed({"mimetype": mimetype, "content.xml": b"<o/>", **more}, zipfile.ZIP_STORED)
