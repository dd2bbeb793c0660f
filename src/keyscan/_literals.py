"""What the prefilter looks for, as plain data for ``hook_entry``.

Written by ``python tests/generate_literals.py`` from the providers and decoders: do not edit.
"""

# the full program looks closer at every hit
LITERALS = (
    b"api_org_",
    b"T3BlbkFJ",
    b"Bearer ",
    b"\"nbformat\"",
    b"opendocument",
    b"openxmlformats.org",
    b"ustar",
)

# a key goes on directly behind these
PREFIXES = (
    b"sk-",
    b"JQQJ9",
    b"sk_",
    b"fw_",
    b"AIza",
    b"AQ.A",
    b"hf_",
    b"jina_",
    b"lsv2_",
    b"nvapi-",
    b"pplx-",
    b"r8_",
    b"tvly-",
    b"tgp_v1_",
    b"xai-",
)

# a value may be assigned to these
NAMES = (
    b"api_key",
    b"API_KEY",
    b"apiKey",
    b"api-key",
    b"apikey",
    b"ApiKey",
)

# how a file begins that has to be unpacked
CONTAINERS = (
    b"\x04\"M\x18",
    b"\x1f\x8b\x08",
    b"\x1f\x9d\x90",
    b"!<arch>\n",
    b"(\xb5/\xfd",
    b"7z\xbc\xaf'\x1c",
    b"7\x7f\x06\x82",
    b"7\x7f\x06\x83",
    b"BZh",
    b"LZIP\x01",
    b"MSCF\x00\x00\x00\x00",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08PK\x03\x04",
    b"PK00PK\x03\x04",
    b"Rar!\x1a\x07",
    b"SQLite format 3\x00",
    b"x\x01",
    b"x\x9c",
    b"x\xda",
    b"\xed\xab\xee\xdb",
    b"\xfd7zXZ\x00",
)
