"""The forms of a report: JSON and CSV for programs; the page's plots, XLSX and PDF for people."""
