"""Writes the image fixtures and decoding.json: what Pillow makes of every file.

Needs Pillow 11.3.0 and NumPy; all pictures are procedural. Run it in this folder.
"""

import hashlib
import json
import struct
import zlib

import numpy
import PIL
from PIL import Image, ImageOps

generator = numpy.random.default_rng(17)


def picture(width, height, channels):
    """Smooth gradients with some noise."""
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [(x * (5 + 2 * c) + y * (3 + c) + x * y * c // 4) % 256 for c in range(channels)]
    noise = generator.integers(0, 24, (height, width, channels))
    return ((numpy.stack(planes, -1) + noise) % 256).astype(numpy.uint8)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def write_png(path, width, height, depth, color_type, before=(), after=(), declared=None, data=None):
    """A PNG of random samples with unfiltered rows; `declared` lies about the size."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color_type]
    if data is None:
        row_bytes = (width * channels * depth + 7) // 8
        rows = generator.integers(0, 256, (height, row_bytes), dtype=numpy.uint8)
        if color_type == 3 and depth == 8:
            rows %= 40
        data = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows), 9)
    header = struct.pack(">IIBBBBB", *(declared or (width, height)), depth, color_type, 0, 0, 0)
    chunks = [chunk(b"IHDR", header)]
    if color_type == 3:
        chunks.append(chunk(b"PLTE", generator.integers(0, 256, 3 * min(2**depth, 40), dtype=numpy.uint8).tobytes()))
    chunks += [chunk(*c) for c in before] + [chunk(b"IDAT", data)] + [chunk(*c) for c in after] + [chunk(b"IEND", b"")]
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    return block


names = []


def save(name, image, **options):
    image.save(name, **options)
    names.append(name)


def png(name, *arguments, **options):
    write_png(name, *arguments, **options)
    names.append(name)


for depth, color_type in [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2), (1, 3), (2, 3), (4, 3), (8, 3), (8, 4), (16, 4), (8, 6), (16, 6)]:
    png(f"type{color_type}_depth{depth}.png", 13, 7, depth, color_type)
png("palette_transparent.png", 13, 7, 4, 3, before=[(b"tRNS", bytes(range(0, 160, 10)))])
png("rgb_transparent_colour.png", 13, 7, 8, 2, before=[(b"tRNS", bytes([0, 1, 0, 2, 0, 3]))])
png("gamma.png", 13, 7, 8, 2, before=[(b"gAMA", struct.pack(">I", 250000))])
tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0"
profile = b"\nexif\n      %d\n" % (len(tiff) + 6) + (b"Exif\0\0" + tiff).hex().encode()
png("exif_in_compressed_text.png", 13, 7, 8, 2, before=[(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(profile))])
packet = b'<x:xmpmeta><rdf:Description tiff:Orientation="5"/></x:xmpmeta>'
png("orientation_in_xmp.png", 13, 7, 8, 2, before=[(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)])
png("exif_after_the_image.png", 13, 7, 8, 2, after=[(b"eXIf", tiff)])

rgb = Image.fromarray(picture(57, 41, 3))
rgba = Image.fromarray(picture(57, 41, 4))
save("lossy.webp", rgb, quality=80)
save("lossless.webp", rgb, lossless=True)
save("alpha_lossy.webp", rgba, quality=70)
save("alpha_lossless.webp", rgba, lossless=True)
save("animated.webp", rgba, save_all=True, append_images=[rgba.transpose(Image.Transpose.FLIP_LEFT_RIGHT)], duration=50, lossless=True)
part = Image.new("RGBA", (57, 41), (0, 0, 0, 0))
part.paste(rgba.crop((10, 10, 30, 30)), (10, 10))
save("animated_part.webp", part, save_all=True, append_images=[rgba], duration=50, lossless=True)
save("exif6.webp", rgb, quality=80, exif=exif(6))

small = Image.fromarray(picture(19, 11, 3))
for orientation in range(1, 9):
    save(f"exif{orientation}.png", small, exif=exif(orientation))
    save(f"exif{orientation}.jpg", small, exif=exif(orientation), quality=90)
for subsampling in ["4:4:4", "4:2:2", "4:2:0", "4:1:1"]:
    save(f"subsampling_{subsampling.replace(':', '')}.jpg", rgb, quality=85, subsampling=subsampling)
save("progressive.jpg", rgb, quality=85, progressive=True)
save("grey.jpg", rgb.convert("L"), quality=85)
save("cmyk.jpg", Image.merge("CMYK", rgba.split()), quality=85)
save("three_rows.png", Image.fromarray(picture(40, 3, 3)))

# Files that must be errors.
write_png("lying_size.png", 13, 7, 8, 2, declared=(13000, 13000))
write_png("huge_size.png", 13, 7, 8, 2, declared=(2**31 - 1, 2**31 - 1))
write_png("no_pixels.png", 13, 7, 8, 2, declared=(0, 7))
write_png("wrong_depth.png", 13, 7, 5, 2, data=zlib.compress(b"\0" * 400))
write_png("damaged_row.png", 13, 7, 8, 2, data=zlib.compress(b"".join(bytes([0 if y < 4 else 9]) + bytes([y * 30 + 10] * 39) for y in range(7))))

entries = {}
for name in names:
    image = Image.open(name)
    converted = image.convert("RGB")
    turned = ImageOps.exif_transpose(Image.open(name)).convert("RGB")
    entries[name] = {
        "format": image.format,
        "mode": image.mode,
        "size": list(converted.size),
        "rgb_sha256": hashlib.sha256(converted.tobytes()).hexdigest(),
        "exif_transposed_size": list(turned.size),
        "exif_transposed_rgb_sha256": hashlib.sha256(turned.tobytes()).hexdigest(),
    }
lines = [f'    "{name}": {json.dumps(entry)}' for name, entry in entries.items()]
with open("decoding.json", "w") as file:
    file.write('{\n  "pillow": "%s",\n  "files": {\n%s\n  }\n}\n' % (PIL.__version__, ",\n".join(lines)))
