"""What the metadata of a file says, and its form as XMP (ISO 16684-1)."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from application.ports.faces import Origin

NAME = "Voice2Face"
SOURCE_TYPES = {
    Origin.ALGORITHM: "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
    Origin.TRAINED_MODEL: "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
}
"""The terms of IPTC's vocabulary «Digital Source Type». An unknown origin has none."""

SENTENCES = {
    Origin.ALGORITHM: "Synthetic: an algorithm drew this face after measures of a voice, recorded or made up. "
    "It is no photograph, and shows no real person.",
    Origin.TRAINED_MODEL: "Synthetic: a trained model made this face from a recorded voice. It is no photograph.",
    Origin.UNKNOWN: "The operator of this service gave this face to compare others with. "
    "The service did not make it, and does not know how it was made.",
}
"""What a person reads who looks at the properties of a file."""

_PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{sentence}</rdf:li></rdf:Alt></dc:description>
{made}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
_MADE = """\
<xmp:CreatorTool>{tool}</xmp:CreatorTool>
<Iptc4xmpExt:DigitalSourceType>{source_type}</Iptc4xmpExt:DigitalSourceType>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a file is to say of itself."""

    sentence: str
    xmp: bytes
    """The packet, in UTF-8."""
    replaces: bool
    """Whether it takes the place of what the file says already; otherwise such a file stays as it is."""


def tool_of(version: str) -> str:
    """Return the name and the version of the service, as metadata tell it."""
    return f"{NAME} {version}"


def statement_of(origin: Origin, tool: str) -> Statement:
    """Return what files of an origin say; `tool` names the service and its version.

    What the operator gave keeps what it says of itself: the service knows less of it.
    """
    source_type = SOURCE_TYPES.get(origin)
    made = _MADE.format(tool=escape(tool), source_type=source_type) if source_type else ""
    sentence = SENTENCES[origin]
    return Statement(
        sentence=sentence,
        xmp=_PACKET.format(sentence=escape(sentence), made=made).encode(),
        replaces=source_type is not None,
    )
