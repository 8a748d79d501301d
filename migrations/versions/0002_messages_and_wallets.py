"""Messages, SMS wallets, approval links, the change feed and forgotten passwords.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carrier_pause",
        sa.Column("carrier", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("carrier", name=op.f("pk_carrier_pause")),
    )
    op.create_table(
        "sms_bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_on_sale", sa.Boolean(), nullable=False),
        sa.CheckConstraint("parts > 0", name=op.f("ck_sms_bundle_some_parts")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_sms_bundle_no_negative_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_bundle")),
        sa.UniqueConstraint("country", "name", name=op.f("uq_sms_bundle_country_name")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_change_community_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_community_id_id"), ["community_id", "id"], unique=False)

    op.create_table(
        "console_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_console_message_community_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_message")),
    )
    with op.batch_alter_table("console_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_console_message_community_id"), ["community_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("link_seed", sa.String(length=80), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("may_have_gone", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worthless_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier", sa.String(length=12), nullable=False),
        sa.Column("carrier_id", sa.String(length=120), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "fate IN ('queued', 'sending', 'sent', 'failed', 'uncertain', 'withdrawn')",
            name=op.f("ck_message_known_fate"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_message_community_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_message_community_id_channel_fate_created_at"),
            ["community_id", "channel", "fate", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_message_community_id_unit_id_created_at"),
            ["community_id", "unit_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_message_community_id_visit_id"), ["community_id", "visit_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_message_fate_urgency_due_at_id"), ["fate", "urgency", "due_at", "id"], unique=False
        )

    op.create_table(
        "password_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_password_reset_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_password_reset_token_digest")),
    )
    with op.batch_alter_table("password_reset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_reset_account_id"), ["account_id"], unique=False)

    op.create_table(
        "sms_purchase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bundle_name", sa.String(length=60), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("billing_period", sa.String(length=7), nullable=False),
        sa.Column("bought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bought_by", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bought_by"], ["account.id"], name=op.f("fk_sms_purchase_bought_by")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_sms_purchase_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_purchase")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_sms_purchase_community_id_id")),
    )
    with op.batch_alter_table("sms_purchase", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sms_purchase_community_id_bought_at_id"), ["community_id", "bought_at", "id"], unique=False
        )

    op.create_table(
        "sms_wallet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("granted_until", sa.String(length=7), nullable=False),
        sa.Column("is_warned", sa.Boolean(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_sms_wallet_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_wallet")),
        sa.UniqueConstraint("community_id", name=op.f("uq_sms_wallet_community_id")),
    )
    op.create_table(
        "sms_credit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("purchase_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_sms_credit_never_negative")),
        sa.ForeignKeyConstraint(
            ["community_id", "purchase_id"],
            ["sms_purchase.community_id", "sms_purchase.id"],
            name=op.f("fk_sms_credit_community_id_purchase_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_sms_credit_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_credit")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_sms_credit_community_id_id")),
        sa.UniqueConstraint("community_id", "month", name=op.f("uq_sms_credit_community_id_month")),
    )
    with op.batch_alter_table("sms_credit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sms_credit_community_id_expires_at"), ["community_id", "expires_at"], unique=False
        )

    op.create_table(
        "sms_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "credit_id"],
            ["sms_credit.community_id", "sms_credit.id"],
            name=op.f("fk_sms_entry_community_id_credit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_sms_entry_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_entry")),
    )
    with op.batch_alter_table("sms_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sms_entry_community_id_credit_id"), ["community_id", "credit_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sms_entry_community_id_message_id"), ["community_id", "message_id"], unique=False
        )

    op.create_table(
        "approval_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "visit_id"],
            ["visit.community_id", "visit.id"],
            name=op.f("fk_approval_link_community_id_visit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_approval_link_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_link")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_approval_link_community_id_id")),
        sa.UniqueConstraint(
            "community_id",
            "visit_id",
            "channel",
            "recipient",
            name=op.f("uq_approval_link_community_id_visit_id_channel_recipient"),
        ),
        sa.UniqueConstraint("token_digest", name=op.f("uq_approval_link_token_digest")),
    )
    with op.batch_alter_table("approval_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_approval_link_community_id_visit_id"), ["community_id", "visit_id"], unique=False
        )

    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gate_phone", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("escalation_seconds", sa.Integer(), nullable=False, server_default="90"))
        batch_op.add_column(sa.Column("asks_residents", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("sms_per_day", sa.Integer(), nullable=False, server_default="300"))

    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answered_by", sa.String(length=161), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_stranger", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("unasked", sa.String(length=12), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("times_asked", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("escalates_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_visit_escalates_at"), ["escalates_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_state_answer_by"), ["state", "answer_by"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_state_answer_by"))
        batch_op.drop_index(batch_op.f("ix_visit_escalates_at"))
        batch_op.drop_column("escalates_at")
        batch_op.drop_column("times_asked")
        batch_op.drop_column("unasked")
        batch_op.drop_column("is_stranger")
        batch_op.drop_column("answered_by")

    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.drop_column("sms_per_day")
        batch_op.drop_column("asks_residents")
        batch_op.drop_column("escalation_seconds")
        batch_op.drop_column("gate_phone")

    with op.batch_alter_table("approval_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_link_community_id_visit_id"))

    op.drop_table("approval_link")
    with op.batch_alter_table("sms_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sms_entry_community_id_message_id"))
        batch_op.drop_index(batch_op.f("ix_sms_entry_community_id_credit_id"))

    op.drop_table("sms_entry")
    with op.batch_alter_table("sms_credit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sms_credit_community_id_expires_at"))

    op.drop_table("sms_credit")
    op.drop_table("sms_wallet")
    with op.batch_alter_table("sms_purchase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sms_purchase_community_id_bought_at_id"))

    op.drop_table("sms_purchase")
    with op.batch_alter_table("password_reset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_reset_account_id"))

    op.drop_table("password_reset")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_fate_urgency_due_at_id"))
        batch_op.drop_index(batch_op.f("ix_message_community_id_visit_id"))
        batch_op.drop_index(batch_op.f("ix_message_community_id_unit_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_message_community_id_channel_fate_created_at"))

    op.drop_table("message")
    with op.batch_alter_table("console_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_console_message_community_id"))

    op.drop_table("console_message")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_community_id_id"))
        batch_op.drop_index(batch_op.f("ix_change_at"))

    op.drop_table("change")
    op.drop_table("sms_bundle")
    op.drop_table("carrier_pause")
