"""Temporary passwords, logos and access lists.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_list_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("document_type", sa.String(length=12), nullable=False),
        sa.Column("document_number", sa.String(length=20), nullable=False),
        sa.Column("full_name", sa.String(length=80), nullable=False),
        sa.Column("listing", sa.String(length=12), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_by", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("listing IN ('authorised', 'unauthorised')", name=op.f("ck_access_list_entry_one_of_two")),
        sa.ForeignKeyConstraint(
            ["community_id", "unit_id"],
            ["unit.community_id", "unit.id"],
            name=op.f("fk_access_list_entry_community_id_unit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_access_list_entry_community_id")),
        sa.ForeignKeyConstraint(["listed_by"], ["account.id"], name=op.f("fk_access_list_entry_listed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_list_entry")),
        sa.UniqueConstraint(
            "community_id",
            "unit_id",
            "document_type",
            "document_number",
            name=op.f("uq_access_list_entry_document"),
        ),
    )
    with op.batch_alter_table("access_list_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_access_list_entry_community_id_unit_id_listed_at_id"),
            ["community_id", "unit_id", "listed_at", "id"],
            unique=False,
        )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("temporary_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("administration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("logo", sa.String(length=64), nullable=True))
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.add_column(sa.Column("logo", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("logo_choice", sa.String(length=16), nullable=False, server_default="administration")
        )


def downgrade() -> None:
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.drop_column("logo_choice")
        batch_op.drop_column("logo")
    with op.batch_alter_table("administration", schema=None) as batch_op:
        batch_op.drop_column("logo")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("temporary_until")
    with op.batch_alter_table("access_list_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_list_entry_community_id_unit_id_listed_at_id"))
    op.drop_table("access_list_entry")
