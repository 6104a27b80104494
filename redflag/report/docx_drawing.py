"""A picture as DrawingML: shapes that Word and LibreOffice both draw, sharp at any size, with their alt text.

A group of shapes (`wpg`) stands in the line of text; a reader that knows no such groups shows the
picture's description instead. Lengths in the file are EMU, 12,700 to a point.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from redflag.report.pictures import Bar, Label, Line, Picture, Shape, Tone

EMU = 12_700
"""English metric units in a point."""

INK: dict[Tone, str] = {
    "supports": "9C3B1B",
    "counters": "1C6650",
    "neutral": "51607A",
    "range": "B9C7DA",
    "line": "D5D2CB",
    "quiet": "5A5F66",
    "text": "22252A",
    "mark": "233A59",
    "paper": "FFFFFF",
    "span": "DBE3EE",
}
_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_GROUP = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
_JUSTIFIED = {"start": "left", "middle": "center", "end": "right"}


def drawing(picture: Picture, number: int, width: float, height: float) -> str:
    """A run that holds the picture, as XML.

    Args:
        picture: its shapes.
        number: of the picture in its document, from 1.
        width: the room there is, in points.
        height: likewise.
    """
    unit = min(width / picture.width, height / picture.height)
    ids = iter(range(number * 10_000, (number + 1) * 10_000))
    extent = f'cx="{_emu(picture.width * unit)}" cy="{_emu(picture.height * unit)}"'
    about = f"descr={quoteattr(picture.description)} title={quoteattr(picture.title)}"
    # an unseen ground, since LibreOffice takes a group to be as large as what is in it
    ground = Bar(0, 0, picture.width, picture.height, "paper")
    shapes = _bar(ground, unit, next(ids), seen=False)
    shapes += "".join(_shape(shape, unit, picture.width, next(ids)) for shape in picture.shapes)
    return (
        f'<w:r {_NAMES}><mc:AlternateContent><mc:Choice Requires="wpg"><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="{picture.name}" {about}/>'
        f'<a:graphic><a:graphicData uri="{_GROUP}"><wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext {extent}/><a:chOff x="0" y="0"/><a:chExt {extent}/></a:xfrm>'
        "</wpg:grpSpPr>"
        f"{shapes}</wpg:wgp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f'<mc:Fallback><w:t xml:space="preserve">{escape(picture.description)}</w:t></mc:Fallback>'
        f"</mc:AlternateContent></w:r>"
    )


def _shape(shape: Shape, unit: float, width: float, number: int) -> str:
    match shape:
        case Bar():
            return _bar(shape, unit, number)
        case Line():
            return _line(shape, unit, number)
        case Label():
            return _label(shape, unit, width, number)


def _bar(bar: Bar, unit: float, number: int, *, seen: bool = True) -> str:
    adjust = min(50_000, round(bar.round / max(0.1, min(bar.width, bar.height)) * 100_000))
    edge = _stroke(INK["neutral"], 0.5, dashed=True) if bar.dashed else "<a:ln><a:noFill/></a:ln>"
    if bar.tone == "paper" and seen:
        edge = _stroke(INK["line"], 0.5)
    fill = _fill(INK[bar.tone]) if seen else "<a:noFill/>"
    return (
        f'<wps:wsp><wps:cNvPr id="{number}" name="bar"/><wps:cNvSpPr/><wps:spPr>'
        f"{_frame(bar.x * unit, bar.y * unit, bar.width * unit, bar.height * unit)}"
        f'<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val {adjust}"/></a:avLst></a:prstGeom>'
        f"{fill}{edge}</wps:spPr><wps:bodyPr/></wps:wsp>"
    )


def _line(line: Line, unit: float, number: int) -> str:
    x, y = min(line.x1, line.x2), min(line.y1, line.y2)
    width, height = abs(line.x2 - line.x1), abs(line.y2 - line.y1)
    return (
        f'<wps:wsp><wps:cNvPr id="{number}" name="line"/><wps:cNvCnPr/><wps:spPr>'
        f"{_frame(x * unit, y * unit, width * unit, height * unit)}"
        f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
        f"{_stroke(INK[line.tone], 0.5, dashed=line.dashed)}</wps:spPr><wps:bodyPr/></wps:wsp>"
    )


def _label(label: Label, unit: float, whole: float, number: int) -> str:
    """A text box without an edge, wide enough for wider fonts than most and within the picture."""
    width = len(label.text) * label.size * 0.68 + 12
    match label.anchor:
        case "start":
            x, width = label.x, min(width, whole - label.x)
        case "end":
            x, width = max(0.0, label.x - width), min(width, label.x)
        case "middle":
            width = min(width, 2 * label.x, 2 * (whole - label.x))
            x = label.x - width / 2
    size = max(2, round(label.size * unit * 2))
    bold = "<w:b/>" if label.bold else ""
    colour = INK[label.tone]
    return (
        f'<wps:wsp><wps:cNvPr id="{number}" name="words"/><wps:cNvSpPr txBox="1"/><wps:spPr>'
        f"{_frame(x * unit, (label.y - label.size * 1.1) * unit, width * unit, label.size * 1.5 * unit)}"
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        '<wps:txbx><w:txbxContent><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" '
        f'w:lineRule="auto"/><w:jc w:val="{_JUSTIFIED[label.anchor]}"/></w:pPr><w:r><w:rPr>{bold}'
        f'<w:color w:val="{colour}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(label.text)}</w:t></w:r></w:p></w:txbxContent></wps:txbx>'
        '<wps:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"/></wps:wsp>'
    )


def _frame(x: float, y: float, width: float, height: float) -> str:
    place = f'<a:off x="{_emu(x)}" y="{_emu(y)}"/><a:ext cx="{_emu(width)}" cy="{_emu(height)}"/>'
    return f"<a:xfrm>{place}</a:xfrm>"


def _fill(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def _stroke(colour: str, width: float, *, dashed: bool = False) -> str:
    dash = '<a:prstDash val="sysDash"/>' if dashed else ""
    return f'<a:ln w="{_emu(width)}">{_fill(colour)}{dash}</a:ln>'


def _emu(points: float) -> int:
    return round(points * EMU)
