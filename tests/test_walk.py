"""The thinnest path: sign in, choose a unit, register, accept, mark the exit."""

from __future__ import annotations

from collections.abc import Callable

from tests.page import Visitor


def test_a_conserje_does_the_main_job_without_script(visit_as: Callable[[str], Visitor]) -> None:
    conserje = visit_as("conserje")
    conserje.get("/porteria/unidades?q=a+101").follow()
    assert conserje.text("h1") == "Torre A · 101"
    conserje.click("Agregar Visitante")
    conserje.submit("#visitor-form", document_number="12.345.678-5", full_name="Camila Soto Díaz").follow()
    assert "Pendiente" in conserje.text("#visits")
    conserje.click("Pendiente")
    conserje.submit("form.open", method="call").follow()
    assert "Aceptado" in conserje.text("#visits")
    assert "Llamada telefónica" in conserje.text("#visits")
    conserje.press("Marcar salida").follow()
    assert "salió" in conserje.text("#visits")
