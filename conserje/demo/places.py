"""The demo's administrations, communities and accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conserje.identity.countries import Country
from conserje.permissions import Profile

CORDILLERA, ANDINA = "Administraciones Cordillera", "Gestión Andina"
AROMOS, PARQUE, SABANA, TORRES = (
    "Edificio Los Aromos",
    "Condominio Parque Mirador",
    "Conjunto Altos de La Sabana",
    "Torres del Parque",
)
PASSWORD = "conserje-demo-2026"  # noqa: S105 (known to everybody, and refused in production)

# A unit's tower, empty where there is none, and its number.
Door = tuple[str, str]


@dataclass(frozen=True)
class DemoCommunity:
    """A condominium of the demo: where it stands, how much goes on at its gate, and who works there.

    `duty` names by e-mail who is at the gate by day from Monday to Friday, by day on the weekend, and by night;
    `administrator` decides now and then instead of them. `has_logo`: one of its own, which the program
    draws.
    """

    name: str
    administration: str
    address: str
    country: Country
    doors: Callable[[], list[Door]]
    visits_a_day: int
    photos: int
    approval_minutes: int
    gate_phone: str
    duty: tuple[str, str, str]
    administrator: str
    document_required: bool = True
    has_logo: bool = False


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo. A colleague appears in what was decided at the gates, and nobody knows the password."""

    email: str
    administration: str
    profile: Profile
    given_name: str
    paternal_surname: str
    maternal_surname: str
    communities: tuple[str, ...]
    is_test: bool = False
    is_colleague: bool = False


def _flats(towers: tuple[str, ...], floors: int, on_each: int) -> list[Door]:
    return [
        (tower, f"{floor}{place:02d}")
        for tower in towers
        for floor in range(1, floors + 1)
        for place in range(1, on_each + 1)
    ]


COMMUNITIES = (
    DemoCommunity(
        AROMOS,
        CORDILLERA,
        "Avenida Los Aromos 1520, Ñuñoa, Santiago",
        Country.CL,
        lambda: _flats(("Torre A", "Torre B", "Torre C"), 13, 8),
        visits_a_day=40,
        photos=28,
        approval_minutes=20,
        gate_phone="+56222345601",
        duty=("conserje@demo.example", "noche@demo.example", "noche@demo.example"),
        administrator="admin@demo.example",
    ),
    DemoCommunity(
        PARQUE,
        CORDILLERA,
        "Camino Parque Mirador 780, La Florida, Santiago",
        Country.CL,
        lambda: [("", f"Casa {number}") for number in range(1, 87)],
        visits_a_day=15,
        photos=12,
        approval_minutes=15,
        gate_phone="+56222345602",
        duty=("parque@demo.example", "conserje@demo.example", "parque@demo.example"),
        administrator="admin@demo.example",
        # Couriers come and go here without showing a document.
        document_required=False,
        has_logo=True,
    ),
    DemoCommunity(
        SABANA,
        CORDILLERA,
        "Carrera 54 # 168-20, Bogotá",
        Country.CO,
        lambda: _flats(tuple(f"Interior {number}" for number in range(1, 7)), 10, 4),
        visits_a_day=30,
        photos=12,
        approval_minutes=15,
        gate_phone="+576012345603",
        duty=("sabana@demo.example", "sabana@demo.example", "sabana@demo.example"),
        administrator="admin@demo.example",
    ),
    DemoCommunity(
        TORRES,
        ANDINA,
        "Calle del Parque 245, Viña del Mar",
        Country.CL,
        lambda: _flats(("Torre Norte", "Torre Sur"), 10, 4),
        visits_a_day=10,
        photos=8,
        approval_minutes=10,
        gate_phone="+56222345605",
        duty=("conserje@andina.example", "conserje@andina.example", "conserje@andina.example"),
        administrator="conserje@andina.example",
    ),
)

# The conserje works at two gates, so that the selector of communities can be seen; the administrator runs all three.
ACCOUNTS = (
    DemoAccount("conserje@demo.example", CORDILLERA, Profile.CONSERJE, "Gustavo", "Pino", "Leiva", (AROMOS, PARQUE)),
    DemoAccount(
        "admin@demo.example", CORDILLERA, Profile.ADMIN, "Paula", "Arriagada", "Vera", (AROMOS, PARQUE, SABANA)
    ),
    DemoAccount("super@demo.example", CORDILLERA, Profile.SUPERADMIN, "Silvia", "Cortés", "Jara", ()),
    DemoAccount("prueba@demo.example", CORDILLERA, Profile.ADMIN, "Usuario", "de Prueba", "", (AROMOS,), is_test=True),
    DemoAccount("conserje@andina.example", ANDINA, Profile.CONSERJE, "Tomás", "Oyarzún", "Godoy", (TORRES,)),
    DemoAccount(
        "noche@demo.example",
        CORDILLERA,
        Profile.CONSERJE,
        "Héctor",
        "Mansilla",
        "Vega",
        (AROMOS,),
        is_colleague=True,
    ),
    DemoAccount(
        "parque@demo.example", CORDILLERA, Profile.CONSERJE, "Rosa", "Poblete", "Farías", (PARQUE,), is_colleague=True
    ),
    DemoAccount(
        "sabana@demo.example",
        CORDILLERA,
        Profile.CONSERJE,
        "Wilson",
        "Bermúdez",
        "Tovar",
        (SABANA,),
        is_colleague=True,
    ),
)
