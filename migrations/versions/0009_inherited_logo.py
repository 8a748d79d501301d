"""The logo that the accounting product keeps of an administration.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("administration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("inherited_logo", sa.String(length=64), nullable=True))
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("logo", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("import_draft", schema=None) as batch_op:
        batch_op.drop_column("logo")
    with op.batch_alter_table("administration", schema=None) as batch_op:
        batch_op.drop_column("inherited_logo")
