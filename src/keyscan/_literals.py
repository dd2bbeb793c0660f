"""What the prefilter looks for, as plain data for ``hook_entry``.

Written by ``python tests/generate_literals.py`` from the providers, decoders and containers:
do not edit.
"""

# any of these: the full program looks closer
LITERALS = (
    b"api_org_",
    b"jina_",
    b"lsv2_",
    b"nvapi-",
    b"T3BlbkFJ",
    b"auth.session-token",
    b"sess-",
    b"pplx-",
    b"tvly-",
    b"tgp_v1_",
    b"master_key",
    b"MASTER_KEY",
    b"xai-",
    b"T3Bl",
    b"bkFJ",
    b"6b 2d",
    b"6B 2D",
    b"6b2d ",
    b"6b:2d",
    b"115,",
    b"0x73,",
    b"\x00",
    b"sk-ant-",
    b"sk-api-",
    b"sk-cp-",
    b"sk-kimi-",
    b"sk-lf-",
    b"sk-or-",
    b"sk-sp-",
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
    b"eyJ",
    b"ek_",
    b"whsec",
    b"r8_",
    b"Bearer ",
)

# a value may be given to names that hold these
NAMES = (
    b"refresh_token",
    b"_TOKEN",
    b"personal_access_token",
    b"i_key",
    b"_KEY",
    b"iKey",
    b"i-key",
    b"ikey",
    b"I-Key",
    b"IKEY",
    b"machine api.",
    b"cohere.Client",
)

# in a value that asks for a key, in lower case
PLACEHOLDERS = (
    b"...",
    b"change",
    b"enter",
    b"insert",
    b"paste",
    b"placeholder",
    b"replace",
    b"xxxx",
    b"your",
)

# of escape sequences: one may stand for a letter of a key
STEMS = (
    b"\\x",
    b"u00",
    b"u{",
    b"U0000",
    b"\\0000",
    b"\\0063",
    b"\\0102",
    b"\\0124",
    b"\\0154",
    b"\\06",
    b"\\6",
    b"\\102",
    b"\\124",
    b"\\154",
    b"%3",
    b"%4",
    b"%54",
    b"%6C",
    b"%6c",
    b"%25",
    b"&#",
    b"&amp;#",
    b"=33",
    b"=42",
    b"=54",
    b"=6C",
)

# of files whose content has to be unpacked or transcoded
BEGINNINGS = (
    b"\x04\"M\x18",
    b"\x1f\x8b\x08",
    b"\x1f\x9d\x90",
    b"!<arch>\n",
    b"%PDF-",
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
    b"\xff\xfe\x00\x00",
    b"\x00\x00\xfe\xff",
    b"\xff\xfe",
    b"\xfe\xff",
)
