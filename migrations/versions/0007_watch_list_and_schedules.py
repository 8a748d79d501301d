"""The community's watch list; entries of the units' lists that end, or hold on some days and hours only.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_type", sa.String(length=12), nullable=True),
        sa.Column("document_number", sa.String(length=20), nullable=True),
        sa.Column("full_name", sa.String(length=80), nullable=False),
        sa.Column("search", sa.String(length=90), nullable=False),
        sa.Column("reason", sa.String(length=140), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_watch_entry_added_by")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_watch_entry_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_entry")),
        sa.UniqueConstraint("community_id", "document_type", "document_number", name=op.f("uq_watch_entry_document")),
    )
    with op.batch_alter_table("watch_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_watch_entry_community_id_search"), ["community_id", "search"], unique=False
        )
    with op.batch_alter_table("access_list_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("days", sa.Integer(), nullable=False, server_default="127"))
        batch_op.add_column(sa.Column("from_minute", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("until_minute", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("access_list_entry", schema=None) as batch_op:
        batch_op.drop_column("until_minute")
        batch_op.drop_column("from_minute")
        batch_op.drop_column("days")
        batch_op.drop_column("expires_on")
    with op.batch_alter_table("watch_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watch_entry_community_id_search"))
    op.drop_table("watch_entry")
