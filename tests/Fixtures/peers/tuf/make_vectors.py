#!/usr/bin/env python3
"""Writes vectors.json: canonical JSON, key ids and signatures as securesystemslib, the reference implementation's own library, has them.

Keys are made here and thrown away: a second run gives other keys and signatures. Debian: python3-securesystemslib, python3-cryptography.
"""
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from securesystemslib import exceptions, formats, keys

here = pathlib.Path(__file__).parent
MESSAGE = "what is signed"
P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def canonical(text):
    try:
        found = formats.encode_canonical(json.loads(text))
    except exceptions.FormatError:
        return {"json": text, "canonical": None, "sha256": None}
    return {"json": text, "canonical": found, "sha256": hashlib.sha256(found.encode()).hexdigest()}


def listed(keytype, scheme, public):
    return {"keytype": keytype, "scheme": scheme, "keyval": {"public": public}}


def pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def keyid(key):
    return hashlib.sha256(formats.encode_canonical(key).encode()).hexdigest()


def signature(note, key, sig):
    """Whether securesystemslib takes it."""
    try:
        valid = keys.verify_signature(dict(key, keyid=keyid(key)), {"keyid": keyid(key), "sig": sig}, MESSAGE.encode())
    except Exception:
        valid = False
    return {"note": note, "valid": bool(valid), "key": key, "message": MESSAGE, "sig": sig}


ed = ed25519.Ed25519PrivateKey.generate()
raw = ed.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()
curve, modulus = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
ed_key, ec_key, rsa_key = listed("ed25519", "ed25519", raw), listed("ecdsa", "ecdsa-sha2-nistp256", pem(curve)), listed("rsa", "rsassa-pss-sha256", pem(modulus))

plain = ed.sign(MESSAGE.encode()).hex()
der = curve.sign(MESSAGE.encode(), ec.ECDSA(hashes.SHA256()))
r, s = utils.decode_dss_signature(der)
pss = lambda salt, mask=hashes.SHA256(): modulus.sign(MESSAGE.encode(), padding.PSS(padding.MGF1(mask), salt), hashes.SHA256()).hex()  # noqa: E731

vectors = {
    "canonical": [canonical(text) for text in [
        '{"y": 2, "x": [3, -1, 0], "Z": {}}',
        '{"signed": {"list": [[], {}, ""], "_type": "root"}, "more": {"b": true, "a": false, "c": null}}',
        '"a quote \\" a backslash \\\\ a slash \\/ "',
        '"tab \\t line \\n bell \\u0007 delete \\u007f"',
        '"\\u2028 and \\u2029, <b> & \'"',
        '{"\\ud83c\\udf31": "U+1F331", "\\uffee": "U+FFEE", "\\u00e8": "U+00E8", "e": "U+65"}',
        "[0, -0, 1000000, -7]",
        "0.25",
        "[1, [2, {\"third\": 2.5}]]",
    ]],
    "keyids": [{"key": key, "keyid": keyid(key)} for key in (ed_key, ec_key, rsa_key)],
    "signatures": [
        signature("ed25519", ed_key, plain),
        signature("ed25519, one bit wrong", ed_key, f"{int(plain[0], 16) ^ 1:x}{plain[1:]}"),
        signature("ed25519, capital hex digits", ed_key, plain.upper()),
        signature("ed25519, cut short", ed_key, plain[:-2]),
        signature("ed25519, another message's", ed_key, ed.sign(b"something else").hex()),
        signature("ECDSA, DER", ec_key, der.hex()),
        signature("ECDSA, DER, s replaced by n - s", ec_key, utils.encode_dss_signature(r, P256 - s).hex()),
        signature("ECDSA, raw r and s", ec_key, (r.to_bytes(32, "big") + s.to_bytes(32, "big")).hex()),
        signature("ECDSA, DER followed by a zero byte", ec_key, der.hex() + "00"),
        signature("RSA PSS, salt of 32 bytes", rsa_key, pss(32)),
        signature("RSA PSS, MGF1 with SHA-1", rsa_key, pss(32, hashes.SHA1())),
        signature("RSA PKCS #1 v1.5", rsa_key, modulus.sign(MESSAGE.encode(), padding.PKCS1v15(), hashes.SHA256()).hex()),
        signature("RSA PSS, longest salt", rsa_key, pss(222)),
        signature("RSA PSS, no salt", rsa_key, pss(0)),
    ],
}
(here / "vectors.json").write_text(json.dumps(vectors, indent=1) + "\n")
