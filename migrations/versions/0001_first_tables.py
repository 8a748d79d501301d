"""The first tables.

Revision ID: 0001
Revises: none
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "administration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration")),
        sa.UniqueConstraint("name", name=op.f("uq_administration_name")),
    )
    op.create_table(
        "audit_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
    )
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_line_account_id_at"), ["account_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_line_community_id_at"), ["community_id", "at"], unique=False)

    op.create_table(
        "sign_in_lock",
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("email_digest", name=op.f("pk_sign_in_lock")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("administration_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("profile", sa.String(length=12), nullable=False),
        sa.Column("given_name", sa.String(length=60), nullable=False),
        sa.Column("paternal_surname", sa.String(length=60), nullable=False),
        sa.Column("maternal_surname", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_access_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_account_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_account_email_key")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_administration_id"), ["administration_id"], unique=False)

    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("administration_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("approval_minutes", sa.Integer(), nullable=False),
        sa.Column("document_required", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_community_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("administration_id", "name", name=op.f("uq_community_administration_id_name")),
    )
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_community_administration_id"), ["administration_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_membership_community_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "community_id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_community_id"), ["community_id"], unique=False)

    op.create_table(
        "submission_key",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_submission_key_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_submission_key")),
    )
    with op.batch_alter_table("submission_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_key_created_at"), ["created_at"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tower", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("search", sa.String(length=120), nullable=False),
        sa.Column("notice_phone", sa.String(length=16), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_unit_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_unit_community_id_id")),
        sa.UniqueConstraint("community_id", "tower", "number", name=op.f("uq_unit_community_id_tower_number")),
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_web_session_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_web_session_community_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_web_session_token_digest")),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_session_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "resident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("given_names", sa.String(length=80), nullable=False),
        sa.Column("surnames", sa.String(length=80), nullable=False),
        sa.Column("search", sa.String(length=170), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("is_principal", sa.Boolean(), nullable=False),
        sa.Column("may_approve", sa.Boolean(), nullable=False),
        sa.Column("contact_order", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "unit_id"],
            ["unit.community_id", "unit.id"],
            name=op.f("fk_resident_community_id_unit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_resident_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_resident_community_id_id")),
    )
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_resident_community_id_unit_id_contact_order"),
            ["community_id", "unit_id", "contact_order"],
            unique=False,
        )

    op.create_table(
        "visitor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("identity_key", sa.String(length=100), nullable=False),
        sa.Column("full_name", sa.String(length=80), nullable=False),
        sa.Column("document_type", sa.String(length=12), nullable=True),
        sa.Column("document_number", sa.String(length=20), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("plate", sa.String(length=10), nullable=False),
        sa.Column("photo", sa.String(length=64), nullable=True),
        sa.Column("last_visit_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "unit_id"],
            ["unit.community_id", "unit.id"],
            name=op.f("fk_visitor_community_id_unit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_visitor_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_visitor_community_id_id")),
        sa.UniqueConstraint(
            "community_id", "unit_id", "identity_key", name=op.f("uq_visitor_community_id_unit_id_identity_key")
        ),
    )
    with op.batch_alter_table("visitor", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visitor_community_id_unit_id_last_visit_at"),
            ["community_id", "unit_id", "last_visit_at"],
            unique=False,
        )

    op.create_table(
        "resident_phone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "resident_id"],
            ["resident.community_id", "resident.id"],
            name=op.f("fk_resident_phone_community_id_resident_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_resident_phone_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_phone")),
    )
    with op.batch_alter_table("resident_phone", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_resident_phone_community_id_resident_id"), ["community_id", "resident_id"], unique=False
        )

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("visitor_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=80), nullable=False),
        sa.Column("document_type", sa.String(length=12), nullable=True),
        sa.Column("document_number", sa.String(length=20), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("plate", sa.String(length=10), nullable=False),
        sa.Column("companions", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=140), nullable=False),
        sa.Column("photo", sa.String(length=64), nullable=True),
        sa.Column("listing", sa.String(length=12), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_by", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decision_note", sa.String(length=140), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'accepted', 'rejected')", name=op.f("ck_visit_stored_state")),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_visit_validity")),
        sa.ForeignKeyConstraint(["announced_by"], ["account.id"], name=op.f("fk_visit_announced_by")),
        sa.ForeignKeyConstraint(
            ["community_id", "unit_id"],
            ["unit.community_id", "unit.id"],
            name=op.f("fk_visit_community_id_unit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "visitor_id"],
            ["visitor.community_id", "visitor.id"],
            name=op.f("fk_visit_community_id_visitor_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_visit_community_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_visit_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_visit_community_id_id")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visit_community_id_announced_at_id"), ["community_id", "announced_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_community_id_state_announced_at_id"),
            ["community_id", "state", "announced_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_visit_community_id_unit_id_announced_at_id"),
            ["community_id", "unit_id", "announced_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_visit_community_id_visitor_id_announced_at"),
            ["community_id", "visitor_id", "announced_at"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_community_id_visitor_id_announced_at"))
        batch_op.drop_index(batch_op.f("ix_visit_community_id_unit_id_announced_at_id"))
        batch_op.drop_index(batch_op.f("ix_visit_community_id_state_announced_at_id"))
        batch_op.drop_index(batch_op.f("ix_visit_community_id_announced_at_id"))

    op.drop_table("visit")
    with op.batch_alter_table("resident_phone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resident_phone_community_id_resident_id"))

    op.drop_table("resident_phone")
    with op.batch_alter_table("visitor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visitor_community_id_unit_id_last_visit_at"))

    op.drop_table("visitor")
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resident_community_id_unit_id_contact_order"))

    op.drop_table("resident")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_ends_at"))
        batch_op.drop_index(batch_op.f("ix_web_session_account_id"))

    op.drop_table("web_session")
    op.drop_table("unit")
    with op.batch_alter_table("submission_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_key_created_at"))

    op.drop_table("submission_key")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_community_id"))

    op.drop_table("membership")
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_community_administration_id"))

    op.drop_table("community")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_administration_id"))

    op.drop_table("account")
    op.drop_table("sign_in_lock")
    with op.batch_alter_table("audit_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_line_community_id_at"))
        batch_op.drop_index(batch_op.f("ix_audit_line_account_id_at"))

    op.drop_table("audit_line")
    op.drop_table("administration")
