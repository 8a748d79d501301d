"""Invented people: given names and surnames that are common in the country, put together by chance."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from conserje.identity.countries import Country


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_WOMEN = {
    Country.CL: _words(
        "Camila Antonia Isidora Josefa Florencia Constanza Fernanda Valentina Catalina Martina Javiera Francisca "
        "Carolina Paulina Macarena Rocío Ximena Verónica Marcela Loreto Pamela Soledad Gladys Norma Elena "
        "Trinidad"
    ),
    Country.CO: _words(
        "Valentina Mariana Daniela Laura Natalia Paola Yuliana Leidy Luz Diana Sandra Adriana Marcela Ángela "
        "Juliana Manuela Salomé Lucía Gloria Esperanza Viviana Tatiana Xiomara Nelly Amparo Rocío"
    ),
}
_MEN = {
    Country.CL: _words(
        "Benjamín Vicente Matías Tomás Joaquín Cristóbal Ignacio Agustín Diego Lucas Felipe Rodrigo Mauricio "
        "Claudio Gonzalo Esteban Hernán Patricio Jaime Raúl Nelson Aníbal Bastián Renato Gaspar Ismael"
    ),
    Country.CO: _words(
        "Santiago Sebastián Andrés Camilo Mateo Nicolás Julián Mauricio Hernando Wilson Édgar Fabián Óscar Álvaro "
        "Germán Jhon Yeison Jairo Ramiro Samuel Emiliano Duván Leonardo Rafael Libardo Gildardo"
    ),
}
_SURNAMES = {
    Country.CL: _words(
        "Soto Muñoz Díaz Contreras Silva Sepúlveda Morales Fuentes Araya Espinoza Valenzuela Castillo Tapia Reyes "
        "Gutiérrez Castro Vargas Álvarez Vásquez Fernández Carrasco Figueroa Cortés Herrera Núñez Jara Vergara "
        "Riquelme Miranda Bravo Vera Molina Vega Campos Orellana Maldonado Zúñiga Poblete Cárdenas Saavedra Leiva "
        "Salazar Farías Henríquez Aravena Alarcón Troncoso Pizarro Godoy Olivares Oyarzún Cáceres Yáñez Barría "
        "Mansilla Pardo"
    ),
    Country.CO: _words(
        "Rodríguez Gómez Martínez Hernández Ramírez Moreno Rojas Vargas Ospina Cárdenas Quintero Zapata Restrepo "
        "Bedoya Cifuentes Beltrán Castañeda Rincón Pinzón Chaparro Parra Forero Acosta Suárez Mejía Arango "
        "Londoño Giraldo Cardona Montoya Bermúdez Caicedo Mosquera Palacios Buitrago Galindo Villamil Ortega "
        "Camargo Peñuela Tovar Murcia Sanabria Cuéllar Barrera Guerrero Piñeros Bohórquez Avendaño Salcedo Lozano "
        "Niño Sarmiento Garzón"
    ),
}


@dataclass(frozen=True)
class Name:
    given: str
    surnames: str

    @property
    def full(self) -> str:
        return f"{self.given} {self.surnames}"


def given_names(chance: Random, country: Country) -> str:
    """One given name, or two as some people use them."""
    names = chance.choice((_WOMEN, _MEN))[country]
    return " ".join(chance.sample(names, 2 if chance.random() < 0.12 else 1))


def surname(chance: Random, country: Country) -> str:
    return chance.choice(_SURNAMES[country])


def invented(chance: Random, country: Country, paternal: str = "") -> Name:
    """Somebody of the country with two surnames, the first of them `paternal` where it is given."""
    first = paternal or surname(chance, country)
    return Name(given_names(chance, country), f"{first} {surname(chance, country)}")
