"""Every message says what it must, in one part where it is an SMS, and nothing that it must not."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from conserje import config, tokens
from conserje.messages import wording
from conserje.messages.carriers import LOGO_ID
from conserje.messages.models import Purpose
from conserje.messages.sms_text import ONE_PART, fold, parts, septets
from conserje.messages.wording import mail, sms, with_logo

LINK = "https://aromos.example/a/" + "z" * 22
LONGEST_LINK = "https://" + "a" * 27 + "/a/" + "z" * 22
# Whatever each purpose is told; more than any one needs.
FACTS = {
    "community": "Edificio Los Aromos",
    "visitor": "Camila Soto Díaz",
    "unit": "Torre B · 1204",
    "answer_by": "14:31",
    "name": "Gustavo",
    "minutes": "30",
    "inviter": "Paula Pino",
    "by": "Paula Pino",
    "user": "gustavo@demo.example",
    "password": "k7dm-q2xh-9wfr-t4bn",
    "hours": "72",
    "buyer": "Paula Pino",
    "bundle": "100 SMS",
    "parts": "100",
    "price": "$ 5.990",
    "period": "diciembre de 2026",
    "balance": "130",
    "text": "Estimada Ana Rojas:\n\nLe damos la bienvenida.\nAtentamente",
}
WITH_LINK = [
    Purpose.APPROVAL,
    Purpose.PASSWORD_RESET,
    Purpose.WELCOME,
    Purpose.PORTAL_LINK,
    Purpose.PORTAL_WELCOME,
]
BY_SMS = (Purpose.APPROVAL, Purpose.PORTAL_LINK)
HOSTILE = "<script>alert(1)</script> & \"Ana\" 'x'"

# Letters that stay, that lose an accent, that become longer, that take two septets, that are of no alphabet.
names = st.one_of(
    st.text(st.sampled_from("aáñü WÇ€{[^~|\\…№º🙂g\u0303\u00a0-."), max_size=120),
    st.text(max_size=120),
    st.sampled_from(["W" * 120, "€" * 120, "…" * 120, "€ " * 60, "Ana " * 30]),
)


def text_of(purpose: Purpose, link: str = LINK, **facts: str) -> str:
    said = mail(purpose, FACTS | facts, link)
    return f"{said.title}\n{said.text}\n{said.html}"


def test_an_approval_request_reads_so() -> None:
    assert sms(Purpose.APPROVAL, FACTS, LINK) == (
        f"Edificio Los Aromos: Camila pregunta por Torre B 1204. Responda: {LINK}"
    )


@given(community=names, visitor=names, unit=names)
@example(community="€" * 120, visitor="€" * 120, unit="€" * 120)
@example(community="W" * 30, visitor="W" * 20, unit="W" * 20)
@example(community="", visitor="", unit="")
def test_an_sms_is_one_part_of_the_cheap_alphabet_whatever_the_names(community: str, visitor: str, unit: str) -> None:
    text = sms(Purpose.APPROVAL, {"community": community, "visitor": visitor, "unit": unit}, LONGEST_LINK)
    assert fold(text) == text
    assert (parts(text), septets(text) <= ONE_PART) == (1, True)
    assert text.endswith(f" {LONGEST_LINK}")


@given(community=names)
@example(community="€" * 120)
def test_a_residents_link_is_one_part_too_and_names_nobody(community: str) -> None:
    text = sms(Purpose.PORTAL_LINK, {"community": community, "name": "Zzyzx"}, LONGEST_LINK)
    assert (fold(text), parts(text), text.endswith(f" {LONGEST_LINK}")) == (text, 1, True)
    assert "Zzyzx" not in text or "Zzyzx" in community


def test_the_longest_link_is_the_one_that_the_settings_allow() -> None:
    assert len(LONGEST_LINK) == wording.LONGEST_LINK == config.LONGEST_LINK
    assert len("z" * 22) == tokens.LENGTH
    assert len(LONGEST_LINK) - len("/a/" + "z" * 22) == config.LONGEST_LINK_BASE


def test_names_are_cut_at_a_word_after_folding() -> None:
    facts = {
        "community": "Condominio Altos de San Cristóbal Poniente",
        "visitor": "Maximilianaevangelinarosa Soto",
        "unit": "Torre Bosque · Departamento 1204",
    }
    assert sms(Purpose.APPROVAL, facts, "L") == (
        "Condominio Altos de San: Maximilianaevangelin pregunta por Departamento 1204. Responda: L"
    )


@given(st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=20), st.sampled_from(" \u00a0\u2003\t"))
def test_an_sms_names_no_surname(first: str, gap: str) -> None:
    text = sms(Purpose.APPROVAL, FACTS | {"visitor": f"{first}{gap}Zzyzx{gap}Qwrtz"}, LINK)
    assert not re.search("zzyzx|qwrtz", text, re.IGNORECASE)


def test_an_approval_request_names_no_surname_and_no_document() -> None:
    facts = {"document_number": "12345678-5", "phone": "+56961234567"}
    for text in (sms(Purpose.APPROVAL, FACTS | facts, LINK), text_of(Purpose.APPROVAL, **facts)):
        assert "Camila" in text
        assert not re.search("Soto|Díaz|Diaz|12345678|961234567", text)


def test_who_has_no_name_is_a_visit() -> None:
    assert wording.first_name(" ") == "Una visita"


@pytest.mark.parametrize("purpose", [each for each in Purpose if each not in BY_SMS])
def test_nothing_else_goes_by_sms(purpose: Purpose) -> None:
    with pytest.raises(ValueError, match="does not go by SMS"):
        sms(purpose, FACTS, LINK)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_a_mail(purpose: Purpose) -> None:
    said = mail(purpose, FACTS, LINK if purpose in WITH_LINK else "")
    page = BeautifulSoup(said.html, "html.parser")
    assert said.title
    assert page.html is not None
    assert page.html["lang"] == "es"
    assert page.title is not None
    assert page.title.text == said.title
    # Both forms say the same, and are signed.
    assert next(p.text for p in page.find_all("p")) == said.text.split("\n\n")[0]
    of_accounts = (Purpose.PASSWORD_RESET, Purpose.WELCOME, Purpose.SECOND_FACTOR_OFF)
    signature = "Conserje" if purpose in of_accounts else FACTS["community"]
    assert said.text.endswith(f"\n\n{signature}\n")
    assert page.find_all("p")[-1].text == signature


@pytest.mark.parametrize("purpose", WITH_LINK)
def test_a_mail_carries_its_link_in_both_forms(purpose: Purpose) -> None:
    said = mail(purpose, FACTS, LINK)
    assert LINK in said.text
    page = BeautifulSoup(said.html, "html.parser")
    assert [link["href"] for link in page.find_all("a")] == [LINK]
    assert LINK in [p.text for p in page.find_all("p")]


@pytest.mark.parametrize("purpose", [each for each in Purpose if each not in WITH_LINK])
def test_a_mail_without_a_link_has_none(purpose: Purpose) -> None:
    assert not BeautifulSoup(mail(purpose, FACTS, "").html, "html.parser").find_all("a")


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("fact", FACTS)
def test_a_mail_escapes_what_people_typed(purpose: Purpose, fact: str) -> None:
    said = mail(purpose, FACTS | {fact: HOSTILE}, f"{LINK}?a=1&b=\"'><b>" if purpose in WITH_LINK else "")
    page = BeautifulSoup(said.html, "html.parser")
    assert not page.find_all(["script", "b"])
    assert "alert(1)<" not in said.html
    assert all(set(tag.attrs) <= {"lang", "charset", "style", "href"} for tag in page.find_all(True))
    assert "&amp;" in said.html or "&" not in said.text


@given(typed=st.text(st.one_of(st.sampled_from("\r\n\t\v\f\x1c\x85\u2028\u2029"), st.characters()), max_size=80))
@example(typed="Torre B\r\nBcc: otra@casa.example")
@pytest.mark.parametrize("purpose", Purpose)
def test_a_title_has_no_line_break_whatever_was_typed(purpose: Purpose, typed: str) -> None:
    title = mail(purpose, dict.fromkeys(FACTS, typed), LINK).title
    assert len(title.splitlines()) == 1


def test_a_logo_stands_above_the_text_and_is_called_as_the_community_is() -> None:
    said = mail(Purpose.APPROVAL, FACTS, LINK)
    page = BeautifulSoup(with_logo(said.html, HOSTILE), "html.parser")
    first = page.body.find(True) if page.body else None
    assert first is not None
    assert first.img is not None
    assert (first.img["src"], first.img["alt"]) == (f"cid:{LOGO_ID}", HOSTILE)
    assert page.find_all("p")[1:] == BeautifulSoup(said.html, "html.parser").find_all("p")


def test_a_mail_says_until_when_to_answer_and_that_opening_decides_nothing() -> None:
    text = mail(Purpose.APPROVAL, FACTS, LINK).text
    assert "hasta las 14:31" in text
    assert "Abrir el enlace no decide nada" in text


def test_a_new_password_is_chosen_within_the_minutes_that_the_link_is_good() -> None:
    assert "vence en 30 minutos" in mail(Purpose.PASSWORD_RESET, FACTS, LINK).text


def test_a_purchase_tells_who_bought_what_for_how_much_and_when_it_is_charged() -> None:
    text = mail(Purpose.PURCHASE, FACTS, "").text
    for fact in ("buyer", "bundle", "parts", "price", "period", "balance"):
        assert FACTS[fact] in text


def test_a_low_balance_tells_how_many_are_left() -> None:
    said = mail(Purpose.LOW_BALANCE, FACTS | {"balance": "30"}, "")
    assert "Quedan 30 SMS" in said.title
    assert "quedan 30 SMS" in said.text


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Torre B · 1204", "Torre B 1204"),
        ("Casa 15", "Casa 15"),
        ("Torre Bosque Nativo · 1204", "Torre Bosque 1204"),
        ("Torre Bosque · Departamento 1204", "Departamento 1204"),
    ],
)
def test_of_a_long_unit_the_number_is_kept(label: str, said: str) -> None:
    facts = {"community": "Aromos", "visitor": "Camila", "unit": label}
    assert f"pregunta por {said}." in sms(Purpose.APPROVAL, facts, "https://x.cl/a/1")
