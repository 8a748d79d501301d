"""Who stands at the gate's browser: the same steps with script and without, where only the ways differ."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import Complaints
from tests.builders import PASSWORD
from tests.journeys.gatehouse import Gatehouse


class Conserje:
    """Somebody in front of one browser. `has_script` tells whether that browser runs JavaScript."""

    def __init__(self, gatehouse: Gatehouse, page: Page, complaints: Complaints, *, has_script: bool = True) -> None:
        self.gatehouse = gatehouse
        self.page = page
        self.complaints = complaints
        self.has_script = has_script

    def sign_in(self, name: str = "conserje", password: str = PASSWORD) -> None:
        self.page.get_by_label("Correo electrónico").fill(self.gatehouse.cast.emails[name])
        self.page.get_by_label("Contraseña").fill(password)
        self.page.get_by_role("button", name="Ingresar").click()

    @property
    def unit_box(self) -> Locator:
        return self.page.get_by_role("combobox", name="Unidad número, torre o nombre de un residente")

    def type_unit(self, text: str) -> None:
        """Over whatever stands in the box, key by key."""
        self.unit_box.click(click_count=3)
        self.unit_box.press_sequentially(text)

    def choose_unit(self, text: str, label: str) -> None:
        """Type into the unit box and take the first unit offered: from the list, or from a page of its own."""
        self.type_unit(text)
        if self.has_script:
            expect(self.page.get_by_role("option").first).to_contain_text(label)
            self.unit_box.press("ArrowDown")
        self.unit_box.press("Enter")
        heading = self.page.get_by_role("heading", level=1)
        if not self.has_script and heading.inner_text() != label:
            self.page.get_by_role("link", name=label).first.click()
        expect(heading).to_have_text(label)

    def row(self, name: str) -> Locator:
        """The visit of this person in the list that is shown."""
        return self.page.locator("table.faces tbody").filter(has_text=name)

    def registered(self, name: str) -> Locator:
        """This person among [Visitantes desactivados]."""
        return self.page.locator("#register li").filter(has_text=name)

    def shows(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """What happens here happens in the page that is open: with script, it is never loaded anew."""
        if not self.has_script:
            yield
            return
        self.page.evaluate("window.sameDocument = true")
        yield
        assert self.page.evaluate("window.sameDocument === true"), "the page was loaded anew"


class Line:
    """What goes over the line to one address is held until somebody lets it go."""

    def __init__(self, page: Page, address: str) -> None:
        self.held: list[Route] = []
        self._is_open = False
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self.held.append(route)

    def release(self) -> None:
        self._is_open = True
        for route in self.held:
            route.continue_()
        self.held.clear()
