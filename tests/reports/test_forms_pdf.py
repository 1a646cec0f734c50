"""The report on paper: whole, readable, in letters of all languages, with page numbers, in little memory."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from queue_app.i18n import LANGUAGES
from queue_app.reports.document import Column, Kind, Report, Shape
from queue_app.reports.forms import pdf
from queue_app.reports.forms.for_people import Wording
from queue_app.reports.forms.pdf_columns import SIZES, plan
from tests.reports.report_samples import LETTERS, MADE_AT, brno, every_kind, noted, plotted, with_rows


def written(report: Report, language: str = "en", **options: Any) -> PdfReader:
    """Return the document of a report."""
    file = BytesIO()
    pdf.write(report, language, file, MADE_AT, **options)
    return PdfReader(file)


def text_of(document: PdfReader) -> str:
    """Return all words of a document with plain blanks."""
    return "\n".join(page.extract_text() for page in document.pages).replace("\u00a0", " ")


def fonts_of(document: PdfReader) -> dict[str, Any]:
    """Return the descriptors of the document's fonts by their names."""
    found = {}
    for page in document.pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            font = font.get_object()
            found[str(font["/BaseFont"])] = font.get("/FontDescriptor")
    return found


def test_the_first_page_says_whose_figures_of_which_days_they_are() -> None:
    first = written(every_kind()).pages[0].extract_text()
    for words in (
        "Brno Centre",
        "Every kind of cell",
        "2 Mar 2026 – 27 Mar 2026",
        "Europe/Prague",
        "made 1 Apr 2026 08:05",
    ):
        assert words in first


def test_every_page_says_which_of_how_many_it_is() -> None:
    document = written(noted(f"note {number}" for number in range(200)))
    pages = [page.extract_text() for page in document.pages]
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in page
        assert "Brno Centre · A sample · made" in page


def test_no_page_is_empty() -> None:
    document = pypdfium2.PdfDocument(written(noted(["note"])).stream)
    assert len(document) == 1


def test_its_properties_say_what_it_is_in_which_language_and_when_it_was_made() -> None:
    document = written(every_kind(), "cs")
    assert document.metadata.title == "Every kind of cell – Brno-střed, 2. 3. 2026 – 27. 3. 2026"
    assert document.metadata.author == "Brno-střed"
    assert document.metadata.creation_date == MADE_AT
    assert document.trailer["/Root"]["/Lang"] == "cs"


def test_the_same_report_gives_the_same_bytes() -> None:
    first, second = BytesIO(), BytesIO()
    for file in (first, second):
        pdf.write(every_kind(), "hu", file, MADE_AT)
    assert first.getvalue() == second.getvalue()


def test_only_the_houses_own_fonts_are_used_and_they_are_in_it() -> None:
    fonts = fonts_of(written(every_kind(), "pl"))
    assert {re.sub(r"^/[A-Z]{6}\+", "", name) for name in fonts} == {"QueueSans", "QueueSans-Bold"}
    assert all("/FontFile2" in descriptor.get_object() for descriptor in fonts.values())


@pytest.mark.parametrize("language", LETTERS)
def test_no_letter_of_a_language_is_missing(language: str) -> None:
    letters = LETTERS[language]
    text = squeezed(text_of(written(noted([letters, f"„{letters}“ – {letters}"]), language)))
    assert text.count(squeezed(letters)) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_and_the_total_stand_in_it(language: str) -> None:
    report = every_kind()
    wording = Wording(language, report.setup)
    text = squeezed(text_of(written(report, language)))
    (table, further) = report.tables
    for columns, row in [
        *((table.columns, row) for row in table.rows),
        *((further.columns, row) for row in further.rows),
    ]:
        assert squeezed("".join(wording.cell(row[column.name], column) for column in columns)) in text
    assert squeezed("".join(wording.total(table))) in text


def squeezed(text: str) -> str:
    """Return a text without its blanks: where a cell is broken into lines is not the point."""
    return re.sub(r"\s", "", text)


def test_headings_are_repeated_on_each_page_and_rows_keep_their_order() -> None:
    columns = (Column("label", "Label", ""), *(Column(f"c{n}", f"Figure {n}", "", Kind.COUNT) for n in range(6)))
    rows = [{"label": f"A{number:04d}", **{f"c{n}": number for n in range(6)}} for number in range(200)]
    pages = [page.extract_text() for page in written(with_rows(rows, columns)).pages]
    assert re.findall(r"A\d{4}", "".join(pages)) == [f"A{number:04d}" for number in range(200)]
    with_rows_on_it = [page for page in pages if "A0" in page]
    assert len(with_rows_on_it) > 2
    assert all("Label" in page and "Figure 5" in page for page in with_rows_on_it)


def test_a_narrow_table_stands_abreast_and_loses_no_row() -> None:
    column = Column("label", "Label", "")
    document = written(with_rows([{"label": f"A{number:04d}"} for number in range(400)], (column,)))
    assert re.findall(r"A\d{4}", text_of(document)) == [f"A{number:04d}" for number in range(400)]
    assert len(document.pages) <= 4


@pytest.mark.parametrize(("columns", "wide"), [(8, False), (9, True)])
def test_the_paper_lies_on_its_side_for_more_than_eight_columns(columns: int, wide: bool) -> None:
    many = tuple(Column(f"c{n}", f"Figure {n}", "", Kind.COUNT) for n in range(columns))
    box = written(with_rows([dict.fromkeys((column.name for column in many), 5)], many)).pages[0].mediabox
    assert (box.width > box.height) is wide


def test_a_table_that_is_too_wide_is_split_and_each_part_says_what_its_rows_are() -> None:
    columns = (
        Column("label", "Label", ""),
        *(Column(f"c{n}", f"Unabbreviated {n}", "", Kind.COUNT) for n in range(30)),
    )
    rows = [{"label": f"A{number}", **{f"c{n}": 1000 * number + n for n in range(30)}} for number in range(40)]
    how = plan(with_rows(rows, columns).tables[0], [], Wording("en", brno()), 757.0)
    assert how.size >= 6.5 and len(how.parts) > 1
    assert all(part.columns[0] == 0 and sum(part.widths) < 757 + 10 for part in how.parts)
    text = text_of(written(with_rows(rows, columns)))
    figures = [f"{1000 * number + n:,}" for number in range(40) for n in range(30)]
    assert set(figures) <= set(text.split())
    assert text.count("A39") == len(how.parts)


@pytest.mark.parametrize("width", [150.0, 300.0, 511.0, 757.0])
def test_letters_are_never_too_small_and_columns_never_wider_than_the_paper(width: float) -> None:
    report = every_kind()
    how = plan(report.tables[0], [["x" * 200] * 11], Wording("hu", report.setup), width)
    assert how.size in SIZES and min(SIZES) == 6.5
    assert sorted({number for part in how.parts for number in part.columns}) == list(range(11))


def test_a_name_of_any_length_is_broken_and_never_lost() -> None:
    name = "Gépjármű-nyilvántartási és személyiokmány-ügyintézés " * 4 + "x" * 300
    document = written(
        with_rows(
            [{"note": name, "served": 5}], (Column("note", "Note", ""), Column("served", "Served", "", Kind.COUNT))
        )
    )
    assert squeezed(name) in squeezed(text_of(document))


def test_a_text_that_would_fill_pages_is_cut_off() -> None:
    document = written(noted(["word " * 20_000, "x" * 100_000, "the next one"]))
    assert len(document.pages) <= 2 and text_of(document).count("…") == 2 and "the next one" in text_of(document)


def test_figures_that_grow_far_down_the_table_run_into_no_other() -> None:
    columns = tuple(Column(f"c{n}", f"C{n}", "", Kind.COUNT) for n in range(8))
    rows = [{column.name: 5 if number < 450 else 10**12 for column in columns} for number in range(451)]
    file = BytesIO()
    pdf.write(with_rows(rows, columns), "en", file, MADE_AT)
    document = pypdfium2.PdfDocument(file)
    page = document[len(document) - 1].get_textpage()
    boxes = sorted(page.get_rect(number) for number in range(page.count_rects()))
    figures = [box for box in boxes if "1,000,000,000,000" in page.get_text_bounded(*box)]
    assert len(figures) == 8 and all(left[2] < right[0] for left, right in pairwise(figures))


def test_the_meaning_of_each_column_stands_after_the_tables_and_is_said_once() -> None:
    text = text_of(written(every_kind()))
    assert text.count("Stays in the queue that ended with service") == 1
    assert text.count("What these figures mean") == 1


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("values", [[], [(None, None)], [(0, 0)], [(60.0, 300.0), (None, None), (90.0, -30.0)]])
def test_plots_of_anything_are_drawn_and_of_nothing_left_out(shape: Shape, values: list[Any]) -> None:
    report = plotted(shape, values, [f"{8 + hour:02d}:00" for hour in range(len(values))], series=2, by="x", limit=100)
    is_drawn = any(value is not None for row in values for value in row[: 1 if shape is Shape.HEAT else 2])
    assert ("A plot" in text_of(written(report))) == is_drawn


def test_plots_are_drawn_in_lines_not_in_dots() -> None:
    document = written(plotted(Shape.LINES, [60.0, 120.0], ["08:00", "09:00"]))
    assert not any(page.images for page in document.pages)


def test_no_rows_are_no_harm() -> None:
    assert "Label" in text_of(written(with_rows([], (Column("label", "Label", ""),))))


def test_progress_is_told_every_thousand_rows() -> None:
    told: list[int] = []
    written(noted("note" for _ in range(2500)), progress=told.append)
    assert told == [1000, 2000]


def test_it_says_where_figures_are_left_out_because_of_too_few_people_and_how_it_was_made() -> None:
    report = with_rows([{"served": None}], (Column("served", "Served", "", Kind.COUNT),), hidden_small=True)
    noted_report = replace(report, notes=(("Asked by %(name)s.", {"name": "Marta"}),))
    text = text_of(written(noted_report))
    assert "too few people" in text and "Asked by Marta." in text
    assert "too few people" not in text_of(written(every_kind()))
