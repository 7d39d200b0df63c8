"""The limits of decoding. A photo that a camera, a phone or an editor made is far below each of them."""

MIB = 2**20

MAX_HEADER_MARKERS = 4_096  # marker segments of a JPEG before its first scan; a camera writes about 20
MAX_FILL_BYTES = 64 * 1024  # bytes of padding between a JPEG's markers; the standard allows any number
MAX_SCANS = 100  # of a progressive JPEG; encoders write about 10, the most elaborate ones 30
MAX_SCAN_PIXELS = 2_500_000_000  # pixels of a JPEG times its scans: 50 megapixels in 50 scans
MAX_CHUNKS = 50_000  # of a PNG or a WebP file; a PNG of 32 MiB in pieces of 1 KiB has 32,768
MAX_BLOCKS = 10_000  # pieces of a GIF's notes before its first frame
MAX_RLE_BYTES = 2 * MIB  # of a run-length encoded BMP, which a decoder in Python reads
MAX_STRIPS = 65_536  # strips or tiles of a TIFF
MAX_TAGS = 4_096  # entries of a directory of TIFF or EXIF tags
MAX_TAG_BYTES = 8 * MIB  # that all entries of an EXIF directory hold together; a camera writes under 64 KiB

MAX_DECODE_BYTES = 448 * MIB  # memory that one photo may take while it is decoded
ORDINARY_BYTES = 96 * MIB  # up to here a photo is ordinary: 24 megapixels of RGB as Pillow keeps them
ORDINARY_ROOM_BYTES = 192 * MIB  # of all ordinary photos that a process decodes at once
ORDINARY_SCAN_PIXELS = 400_000_000  # up to here this process decodes a JPEG itself: about a second

# A decoding process, in addition to what it holds before it begins:
CHILD_BYTES = 640 * MIB  # address space; the decoders' own tables and threads come on top of the pixels
CHILD_CPU_SECONDS = 4  # over all its threads, while a visitor waits; 50 megapixels of HEIC take about 2
CHILD_WALL_SECONDS = 20.0  # the same on a machine that is busy with other things
PATIENT_FACTOR = 10  # as much longer may it take where nobody waits, in an import or a build
CHILD_IDLE_SECONDS = 120.0  # without a photo to decode, after which the process ends
